/**
 * What a fresh cluster holds before anybody uses it: namespaces, the API server's own Service,
 * the built-in priority classes and a default storage class.
 */
import type { ApiServer } from '../apiserver/api-server';
import type { Requester } from '../apiserver/requests';
import type { NewObject } from '../api/object';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** The provisioner of the default class: volumes that live in the zone of their first pod. */
export const PROVISIONER = 'drydock.cdk8s.io/zonal-disk';

export const bootstrapper: Requester = {
  user: 'system:apiserver',
  groups: ['system:masters'],
  manager: 'kube-apiserver',
  trusted: true,
};

export interface BootstrapOptions {
  /** Whether there is a default StorageClass `standard`. */
  readonly storageClass: boolean;
}

export function bootstrap(api: ApiServer, options: BootstrapOptions): void {
  const create = (resource: string, namespace: string | undefined, object: NewObject): void => {
    api.create(bootstrapper, resource, namespace, object);
  };
  for (const name of NAMESPACES) {
    create('namespaces', undefined, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
  }
  for (const [name, value, what] of PRIORITY_CLASSES) {
    create('priorityclasses.scheduling.k8s.io', undefined, {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value,
      preemptionPolicy: 'PreemptLowerPriority',
      description: `Used for system critical pods that must ${what}.`,
    } as NewObject);
  }
  create('services', 'default', kubernetesService());
  if (options.storageClass) create('storageclasses.storage.k8s.io', undefined, standardClass());
}

const PRIORITY_CLASSES: readonly (readonly [name: string, value: number, what: string])[] = [
  [
    'system-cluster-critical',
    2_000_000_000,
    'run in the cluster, but can be moved to another node if necessary',
  ],
  ['system-node-critical', 2_000_001_000, 'not be moved from their current node'],
];

function kubernetesService(): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.1',
      clusterIPs: ['10.96.0.1'],
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
  } as NewObject;
}

function standardClass(): NewObject {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name: 'standard',
      annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
    },
    provisioner: PROVISIONER,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  } as NewObject;
}
