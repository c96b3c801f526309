/** What discovery tells of the API: every resource in the version that its group prefers. */
import type { KindDefinition } from '../../orchestrator/api/kind';
import { discovery } from '../../orchestrator/api/schema/discovered-resources';
import { apiVersionOf } from '../../orchestrator/apiserver/resource-registry';
import type { Invocation } from '../invocation';

export interface ServedResource {
  /** `deployments` */
  readonly name: string;
  readonly group: string;
  /** `apps/v1` */
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
}

const CUSTOM_VERBS = 'create delete deletecollection get list patch update watch'.split(' ');
const METRICS_VERBS = ['get', 'list'];

/** In the order of groups, then names. */
export function servedResources(invocation: Invocation): ServedResource[] {
  const found = new Map<string, ServedResource>();
  const add = (resource: ServedResource): void => {
    // Of several versions the newest is preferred; discovery has it last.
    found.set(`${resource.group}/${resource.name}`, resource);
  };
  for (const resource of builtIn()) add(resource);
  for (const kind of invocation.api.registry.all()) {
    const verbs = kind.group === 'metrics.k8s.io' ? METRICS_VERBS : CUSTOM_VERBS;
    if (!found.has(`${kind.group}/${kind.plural}`)) add(ofKind(kind, verbs));
  }
  return [...found.values()].sort((a, b) => compare(a.group, b.group) || compare(a.name, b.name));
}

/** `v1`, `apps/v1`: all versions of all groups. */
export function servedVersions(invocation: Invocation): string[] {
  const { registry } = invocation.api;
  const kinds = [...registry.all(), ...registry.custom()].map(apiVersionOf);
  return [...new Set([...builtIn().map(({ apiVersion }) => apiVersion), ...kinds])].sort();
}

function builtIn(): ServedResource[] {
  return Object.keys(discovery).flatMap((key) => {
    const [apiVersion = '', name = ''] = key.split(' ');
    if (name.includes('/')) return [];
    const { kind, namespaced, verbs, ...rest } = discovery[key]!;
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
    const { singularName: singular = '', shortNames = [], categories = [] } = rest;
    return [{ name, group, apiVersion, kind, namespaced, verbs, singular, shortNames, categories }];
  });
}

function ofKind(kind: KindDefinition, verbs: readonly string[]): ServedResource {
  const { plural, group, namespaced, singular, shortNames, categories } = kind;
  return {
    name: plural,
    group,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    namespaced,
    singular,
    shortNames,
    categories,
    verbs,
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
