/** The resources that established CustomResourceDefinitions define, for controllers of all types. */
import type { KubeObject } from '../../api/object';
import type { Condition } from '../../api/objects';
import type { Client, Informer } from '../../client';

export interface CustomResource {
  /** As the API names it: `widgets.example.com`. */
  readonly resource: string;
  readonly group: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly plural: string; readonly kind: string };
  };
  readonly status?: { readonly conditions?: readonly Condition[] | null };
}

export const definitionsOf = (client: Client): Informer<KubeObject> =>
  client.informer<KubeObject>('customresourcedefinitions.apiextensions.k8s.io');

/** What a definition defines; undefined before it is established. */
export function customResourceOf(object: KubeObject): CustomResource | undefined {
  const { spec, status } = object as Definition;
  const established = status?.conditions?.some(
    (one) => one.type === 'Established' && one.status === 'True',
  );
  if (established !== true) return undefined;
  const { group, names, scope } = spec;
  return {
    resource: `${names.plural}.${group}`,
    group,
    kind: names.kind,
    namespaced: scope === 'Namespaced',
  };
}
