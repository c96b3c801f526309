/**
 * The objects that a command line names: `deployment/web`, `deployment web db`, `pods -l app=web`,
 * `all`, or those of `-f`.
 */
import type { KindDefinition } from '../../orchestrator/api/kind';
import type { KubeObject } from '../../orchestrator/api/object';
import { resourceNameOf } from '../../orchestrator/apiserver/resource-registry';
import type { Invocation } from '../invocation';
import { usageError } from '../kubectl-error';
import { manifestsOf } from './manifests';
import { selectionOf } from './selection';

export interface Target {
  readonly kind: KindDefinition;
  readonly resource: string;
  readonly object: KubeObject;
}

export interface Reference {
  readonly kind: KindDefinition;
  readonly namespace: string | undefined;
  /** Undefined stands for every object of the kind that the selectors take. */
  readonly name: string | undefined;
}

const ALL = [
  'pods',
  'replicationcontrollers',
  'services',
  'daemonsets.apps',
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'horizontalpodautoscalers.autoscaling',
  'cronjobs.batch',
  'jobs.batch',
];

const NO_RESOURCE =
  'You must provide one or more resources by argument or filename.\n' +
  'Example resource specifications include:\n' +
  "   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

/** @param words the words that name resources, e.g. all after the verb */
export function referencesOf(invocation: Invocation, words: readonly string[]): Reference[] {
  if (invocation.flags.has('filename')) {
    return manifestsOf(invocation).map(({ kind, namespace, name }) => ({ kind, namespace, name }));
  }
  const [first, ...names] = words;
  if (first === undefined) {
    throw usageError(NO_RESOURCE);
  }
  if (first.includes('/')) return words.map((word) => slashed(invocation, word));
  const kinds = first.split(',').flatMap((name) => kindsNamed(invocation, name));
  return kinds.flatMap((kind): Reference[] => {
    const namespace = invocation.flags.isTrue('all-namespaces')
      ? undefined
      : invocation.namespaceOf(kind);
    if (names.length === 0) return [{ kind, namespace, name: undefined }];
    return names.map((name) => ({ kind, namespace, name }));
  });
}

function slashed(invocation: Invocation, word: string): Reference {
  const [type = '', name = ''] = word.split('/');
  if (type === '' || name === '' || !word.includes('/')) {
    throw usageError(
      'there is no need to specify a resource type as a separate argument when passing arguments ' +
        "in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of " +
        "'kubectl get resource resource/<resource_name>'",
    );
  }
  if (word.split('/').length > 2) {
    throw usageError('arguments in resource/name form may not have more than one slash');
  }
  const kind = invocation.kindNamed(type);
  return { kind, namespace: invocation.namespaceOf(kind), name };
}

function kindsNamed(invocation: Invocation, name: string): KindDefinition[] {
  if (name === 'all') return ALL.map((resource) => invocation.api.registry.kind(resource));
  return [invocation.kindNamed(name)];
}

/** The objects of a reference; throws ApiStatusError if it names one that is not there. */
export function objectsOf(invocation: Invocation, reference: Reference): Target[] {
  const { kind, namespace, name } = reference;
  const resource = resourceNameOf(kind);
  if (kind.deprecation !== undefined) invocation.warn(kind.deprecation);
  if (name !== undefined) {
    return [{ kind, resource, object: invocation.api.get(resource, namespace, name) }];
  }
  const matches = selectionOf(kind, invocation.flags);
  const selection = { ...(namespace === undefined ? {} : { namespace }), matches };
  const { items } = invocation.api.list(resource, selection);
  return items.map((object) => ({ kind, resource, object }));
}

/** What the words name; objects that are not there are reported, and the rest goes on. */
export function targetsOf(invocation: Invocation, words: readonly string[]): Target[] {
  return referencesOf(invocation, words).flatMap((reference) => {
    try {
      return objectsOf(invocation, reference);
    } catch (error) {
      invocation.fail(error);
      return [];
    }
  });
}
