/** Patches to objects by kubectl's own commands, and the pod template that most of them are about. */
import type { Target } from './input/targets';
import type { KubeObject } from '../orchestrator/api/object';
import type { PodSpec } from '../orchestrator/api/objects';
import { schemaOf } from '../orchestrator/api/schema/schema';
import type { Invocation } from './invocation';

/** Patches an object, strategically where its type allows; the object as it then is. */
export function patchTarget(
  invocation: Invocation,
  { kind, resource, object }: Target,
  patch: object,
  manager: string,
): KubeObject {
  if (invocation.dryRun === 'client') return object;
  const { namespace, name } = object.metadata;
  const type = schemaOf(kind.schema) === undefined ? 'merge' : 'strategic';
  const options = { dryRun: invocation.dryRun === 'server' };
  const requester = invocation.requester(manager);
  return invocation.api.patch(requester, resource, namespace, name, type, patch, '', options);
}

interface WithTemplate extends KubeObject {
  readonly spec: {
    readonly template?: { readonly spec: PodSpec };
    readonly jobTemplate?: { readonly spec: { readonly template: { readonly spec: PodSpec } } };
  };
}

/** The pod spec in an object, or that the object (a Pod) has itself. */
export function podSpecOf(object: KubeObject): PodSpec | undefined {
  if (object.kind === 'Pod') return (object as unknown as { readonly spec: PodSpec }).spec;
  const { spec } = object as WithTemplate;
  return spec?.template?.spec ?? spec?.jobTemplate?.spec.template.spec;
}

/** A patch of the pod spec in an object of this kind. */
export function podSpecPatch(kind: string, spec: object): object {
  if (kind === 'Pod') return { spec };
  const template = { spec: { template: { spec } } };
  return kind === 'CronJob' ? { spec: { jobTemplate: template } } : template;
}
