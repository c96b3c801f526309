/**
 * Makes a kind's definition from what is special about it. Names, scope, subresources and table
 * columns come from the data that a real API server gives in discovery and in its tables, so a
 * kind's own file holds its rules only.
 */
import type { Cell, Column, KindDefinition, PrintContext } from '../kind';
import type { KubeObject } from '../object';
import { discovery } from '../schema/discovered-resources';
import tableColumnsData from '../schema/table-columns.json';
import { formatAge, parseTime } from '../timestamps';
import type { UpdateStep } from './fields/update-order';
import { orderedUpdate } from './fields/update-order';

/** What a kind's file says: `apiVersion` and `plural` name it, all else has a usual value. */
export interface KindRules extends Partial<
  Omit<
    KindDefinition,
    | 'group'
    | 'version'
    | 'kind'
    | 'plural'
    | 'singular'
    | 'shortNames'
    | 'categories'
    | 'namespaced'
    | 'subresources'
    | 'columns'
  >
> {
  /** `v1`, `apps/v1`, … */
  readonly apiVersion: string;
  /** The resource's name in paths: `deployments`. */
  readonly plural: string;
  /**
   * How an update is validated, after its metadata has been.
   * @default ['metadata', 'changes', 'rules']
   */
  readonly updateOrder?: readonly UpdateStep[];
}

/** Resources whose deletes answer with the object. */
const RETURNED = new Set([
  'csidrivers',
  'csinodes',
  'deviceclasses',
  'namespaces',
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'podtemplates',
  'resourceclaims',
  'resourceclaimtemplates',
  'resourcequotas',
  'serviceaccounts',
  'services',
  'storageclasses',
  'volumeattachments',
  'volumeattributesclasses',
]);

const tableColumns: Readonly<Record<string, readonly string[] | undefined>> = tableColumnsData;

/**
 * Completes the rules of a built-in kind.
 *
 * Without a word of its own a kind keeps no generation, may be updated without a
 * resourceVersion, is not created by an update, and prints its name and age.
 */
export function kind(rules: KindRules): KindDefinition {
  const { apiVersion, plural, updateOrder, ...special } = rules;
  const resource = `${apiVersion} ${plural}`;
  const found = discovery[resource];
  if (found === undefined) throw new Error(`unknown built-in resource "${resource}"`);
  const { group, version } = splitApiVersion(apiVersion);
  return {
    unconditionalUpdate: true,
    createOnUpdate: false,
    generation: 'none',
    returnsDeleted: RETURNED.has(plural),
    schema: schemaKey(group, version, found.kind),
    cells: nameAndAge,
    validateWholeUpdate: orderedUpdate({ ...special, namespaced: found.namespaced }, updateOrder),
    ...special,
    group,
    version,
    kind: found.kind,
    plural,
    singular: found.singularName ?? found.kind.toLowerCase(),
    shortNames: found.shortNames ?? [],
    categories: found.categories ?? [],
    namespaced: found.namespaced,
    subresources: subresourcesOf(resource),
    columns: columnsOf(resource),
  };
}

export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  if (slash < 0) return { group: '', version: apiVersion };
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The verbs that discovery names for a resource, such as `apps/v1` `deployments`. */
export function verbsOf(apiVersion: string, plural: string): readonly string[] {
  return discovery[`${apiVersion} ${plural}`]?.verbs ?? [];
}

/** How long ago an RFC 3339 time was, as tables print it; `<unknown>` without a time. */
export function ageCell(timestamp: string | undefined, context: PrintContext): string {
  if (timestamp === undefined) return '<unknown>';
  return formatAge(context.nowMs - parseTime(timestamp));
}

function nameAndAge(object: KubeObject, context: PrintContext): Cell[] {
  return [object.metadata.name, ageCell(object.metadata.creationTimestamp, context)];
}

/** `apps` → `io.k8s.api.apps`, `rbac.authorization.k8s.io` → `io.k8s.api.rbac`, '' → core. */
function schemaKey(group: string, version: string, kindName: string): string {
  if (group === 'apiextensions.k8s.io') {
    return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}.${kindName}`;
  }
  if (group === 'apiregistration.k8s.io') {
    return `io.k8s.kube-aggregator.pkg.apis.apiregistration.${version}.${kindName}`;
  }
  if (group === 'flowcontrol.apiserver.k8s.io') {
    return `io.k8s.api.flowcontrol.${version}.${kindName}`;
  }
  const dot = group.indexOf('.');
  const packageName = group === '' ? 'core' : dot < 0 ? group : group.slice(0, dot);
  return `io.k8s.api.${packageName}.${version}.${kindName}`;
}

function subresourcesOf(resource: string): string[] {
  const prefix = `${resource}/`;
  return Object.keys(discovery)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
}

function columnsOf(resource: string): Column[] {
  return (tableColumns[resource] ?? ['Name|string|0', 'Age|string|0']).map((text) => {
    const [name = '', type = 'string', priority = '0'] = text.split('|');
    return {
      name,
      type: type as Column['type'],
      ...(name === 'Name' ? { format: 'name' } : {}),
      priority: Number(priority),
    };
  });
}
