/** RuntimeClass: a pod takes over the overhead and the placement of the class that it names. */
import { semanticEqual } from '../../api/deep-equal';
import type { StringMap } from '../../api/object';
import type { PodSpec, Toleration } from '../../api/objects';
import type { KubeObject } from '../../api/object';
import { forbiddenError } from '../../api/status-error';
import type { AdmissionRequest, AdmissionStep } from './admission';

interface RuntimeClass extends KubeObject {
  readonly overhead?: { readonly podFixed?: StringMap };
  readonly scheduling?: {
    readonly nodeSelector?: StringMap;
    readonly tolerations?: readonly Toleration[];
  };
}

export const runtimeClass: AdmissionStep = {
  name: 'RuntimeClass',
  resources: ['pods'],
  verbs: ['create'],
  mutate(request, server) {
    const spec = request.draft!['spec'] as PodSpec & {
      runtimeClassName?: string;
      overhead?: StringMap;
    };
    const { runtimeClassName: name, overhead: given } = spec;
    if (name === undefined && given === undefined) return;
    const found = name
      ? (server.store.get('runtimeclasses.node.k8s.io', name) as RuntimeClass | undefined)
      : undefined;
    if (name && found === undefined) refuse(request, `RuntimeClass "${name}" not found`);
    const overhead = found?.overhead?.podFixed;
    if (given !== undefined && overhead === undefined) {
      refuse(request, 'Pod Overhead set without corresponding RuntimeClass defined Overhead');
    }
    if (given !== undefined && !semanticEqual(given, overhead)) {
      refuse(request, "Pod's Overhead doesn't match RuntimeClass's defined Overhead");
    }
    request.draft!['spec'] = {
      ...spec,
      ...(overhead === undefined ? {} : { overhead }),
      ...placement(request, spec, found?.scheduling),
    };
  },
};

function placement(
  request: AdmissionRequest,
  spec: PodSpec,
  scheduling: RuntimeClass['scheduling'],
): Partial<PodSpec> {
  const { nodeSelector, tolerations = [] } = scheduling ?? {};
  for (const key of Object.keys(nodeSelector ?? {}).sort()) {
    const [wanted, given] = [nodeSelector?.[key], spec.nodeSelector?.[key]];
    if (given === undefined || given === wanted) continue;
    const theirs = `runtimeClass.scheduling.nodeSelector[${key}] = ${wanted}`;
    refuse(request, `conflict: ${theirs}; pod.spec.nodeSelector[${key}] = ${given}`, '');
  }
  const own = spec.tolerations ?? [];
  const missing = tolerations.filter((one) => !own.some((other) => semanticEqual(one, other)));
  return {
    ...(nodeSelector === undefined
      ? {}
      : { nodeSelector: { ...spec.nodeSelector, ...nodeSelector } }),
    ...(missing.length === 0 ? {} : { tolerations: [...own, ...missing] }),
  };
}

function refuse({ name }: AdmissionRequest, why: string, what = 'pod rejected: '): never {
  throw forbiddenError({ group: '', resource: 'pods' }, name, `${what}${why}`);
}
