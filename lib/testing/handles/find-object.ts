/** Finds objects by name, for handles: a name that is there once needs no namespace. */
import type { KubeObject } from '../../orchestrator/api/object';
import type { Cluster } from '../../orchestrator/cluster/cluster';
import { nearest, UsageError } from '../usage-error';
import type { Place } from './place';

/**
 * The namespace and name of an object.
 * @throws UsageError if there is none of that name, or several and no namespace is given. A pod may
 *   be named before it is there.
 */
export function placeOf(
  { api }: Cluster,
  resource: string,
  name: string,
  namespace: string | undefined,
): Place {
  if (!api.registry.kind(resource).namespaced) return { namespace: undefined, name };
  const all = api.list<KubeObject>(resource).items;
  const found = all.filter(
    ({ metadata }) =>
      metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
  );
  const inDefault = found.find(({ metadata }) => metadata.namespace === 'default');
  const [only] = found;
  if (found.length === 1 || inDefault !== undefined) {
    return { namespace: (inDefault ?? only)!.metadata.namespace, name };
  }
  if (found.length > 1) {
    const places = found.map(({ metadata }) => metadata.namespace).join(', ');
    throw new UsageError(
      `there are several ${resource} named '${name}', in ${places}. Say which namespace.`,
    );
  }
  if (resource === 'pods') return { namespace: namespace ?? 'default', name };
  throw unknown(api.registry.kind(resource).singular, resource, name, all);
}

function unknown(
  singular: string,
  resource: string,
  name: string,
  all: readonly KubeObject[],
): UsageError {
  const names = [...new Set(all.map(({ metadata }) => metadata.name))];
  const near = nearest(name, names);
  const [plural] = resource.split('.');
  const there =
    names.length > 0
      ? `There are ${plural}: ${names.join(', ')}.`
      : `There are no ${plural} in the cluster.`;
  const hint = near === undefined ? '' : `   Did you mean ${singular}/${near}?`;
  return new UsageError(`${singular} "${name}" not found\n  ${there}${hint}`);
}
