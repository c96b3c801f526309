/**
 * Looks up what a container's environment is made of: ConfigMaps and Secrets that are named by
 * env and envFrom. Only whether they are there matters; their values reach no process here.
 */
import type { ConfigMap, Secret } from '../../api/objects';
import type { KubeletContext } from '../kubelet-context';
import type { ContainerRecord, PodRecord } from '../pods/pod-record';

type Source = 'configmap' | 'secret';
const TITLES = { configmap: 'ConfigMap', secret: 'Secret' } as const;

/** Why the environment cannot be made, in the kubelet's words; undefined if it can. */
export function missingEnvironment(
  context: KubeletContext,
  record: PodRecord,
  container: ContainerRecord,
): string | undefined {
  const { env, envFrom } = container.spec;
  const { namespace } = record.pod.metadata;
  for (const source of envFrom ?? []) {
    const missing =
      missingObject(context, 'configmap', namespace, source.configMapRef) ??
      missingObject(context, 'secret', namespace, source.secretRef);
    if (missing !== undefined) return missing;
  }
  for (const variable of env ?? []) {
    const from = variable.valueFrom;
    if (from === undefined) continue;
    const missing =
      missingKey(context, 'configmap', namespace, from.configMapKeyRef) ??
      missingKey(context, 'secret', namespace, from.secretKeyRef);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

/**
 * `configmap "settings" not found`, unless it exists or need not. A kubelet that is cut off from
 * the API server goes by what it has cached, which here is taken to be all that it needs.
 */
export function missingObject(
  context: KubeletContext,
  source: Source,
  namespace: string,
  ref: { readonly name: string; readonly optional?: boolean } | undefined,
): string | undefined {
  if (ref === undefined || ref.optional === true || !context.client.isConnected) return undefined;
  return read(context, source, namespace, ref.name) === undefined
    ? `${source} "${ref.name}" not found`
    : undefined;
}

function missingKey(
  context: KubeletContext,
  source: Source,
  namespace: string,
  ref: { readonly name: string; readonly key: string; readonly optional?: boolean } | undefined,
): string | undefined {
  if (ref === undefined || ref.optional === true || !context.client.isConnected) return undefined;
  const object = read(context, source, namespace, ref.name);
  if (object === undefined) return `${source} "${ref.name}" not found`;
  const found = object.data?.[ref.key] ?? (object as ConfigMap).binaryData?.[ref.key];
  if (found !== undefined) return undefined;
  return `couldn't find key ${ref.key} in ${TITLES[source]} ${namespace}/${ref.name}`;
}

function read(
  context: KubeletContext,
  source: Source,
  namespace: string,
  name: string,
): ConfigMap | Secret | undefined {
  return context.client.tryGet<ConfigMap | Secret>(`${source}s`, namespace, name);
}
