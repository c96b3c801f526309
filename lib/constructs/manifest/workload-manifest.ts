/**
 * The part of a Deployment's or StatefulSet's YAML that completions touch. It is not a schema: the
 * API knows many more fields, and none of them is lost for not being named here.
 */

/** A container as it is written. */
export interface ContainerFields {
  name: string;
  resources?: object;
  lifecycle?: { preStop?: object; postStart?: object };
  volumeMounts?: object[];
  securityContext?: {
    capabilities?: { drop?: string[]; add?: string[] };
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** A pod's spec as it is written. */
export interface PodFields {
  containers: ContainerFields[];
  initContainers?: ContainerFields[];
  securityContext?: { [field: string]: unknown };
  affinity?: {
    podAntiAffinity?: { [strength: string]: object[] | undefined };
    [field: string]: unknown;
  };
  topologySpreadConstraints?: object[];
  [field: string]: unknown;
}

/** A Deployment or StatefulSet as it is written. */
export interface WorkloadManifest {
  kind: string;
  spec: {
    template: {
      metadata: { labels?: { [key: string]: string }; annotations?: { [key: string]: string } };
      spec: PodFields;
    };
    [field: string]: unknown;
  };
}

/** The container of that name in a workload; it exists, because the construct made it. */
export function containerOf(document: WorkloadManifest, name: string): ContainerFields {
  const found = document.spec.template.spec.containers.find((container) => container.name === name);
  if (!found) throw new Error(`container '${name}' is not in the pod template`);
  return found;
}
