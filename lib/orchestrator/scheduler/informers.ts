/** What the scheduler watches. */
import type {
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  ReplicaSet,
  Service,
  StatefulSet,
  StorageClass,
} from '../api/objects';
import type { KubeObject, StringMap } from '../api/object';
import type { Client, Informer } from '../client';

/** The part of a ReplicationController that default spreading looks at. */
export interface ReplicationController extends KubeObject {
  readonly kind: 'ReplicationController';
  readonly spec: { readonly selector?: StringMap };
}

export interface CsiNode extends KubeObject {
  readonly kind: 'CSINode';
  readonly spec: {
    readonly drivers?: readonly {
      readonly name: string;
      readonly nodeID?: string;
      readonly topologyKeys?: readonly string[];
      readonly allocatable?: { readonly count?: number };
    }[];
  };
}

export interface SchedulerInformers {
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly namespaces: Informer<Namespace>;
  readonly services: Informer<Service>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly statefulSets: Informer<StatefulSet>;
  readonly replicationControllers: Informer<ReplicationController>;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly volumes: Informer<PersistentVolume>;
  readonly storageClasses: Informer<StorageClass>;
  readonly csiNodes: Informer<CsiNode>;
  readonly budgets: Informer<PodDisruptionBudget>;
}

export function schedulerInformers(client: Client): SchedulerInformers {
  const informers: SchedulerInformers = {
    nodes: client.informer('nodes'),
    namespaces: client.informer('namespaces'),
    services: client.informer('services'),
    replicaSets: client.informer('replicasets.apps'),
    statefulSets: client.informer('statefulsets.apps'),
    replicationControllers: client.informer('replicationcontrollers'),
    claims: client.informer('persistentvolumeclaims'),
    volumes: client.informer('persistentvolumes'),
    storageClasses: client.informer('storageclasses.storage.k8s.io'),
    csiNodes: client.informer('csinodes.storage.k8s.io'),
    budgets: client.informer('poddisruptionbudgets.policy'),
    pods: client.informer('pods'),
  };
  const namespaceOf = (object: KubeObject): string | undefined => object.metadata.namespace;
  informers.services.addIndex('namespace', namespaceOf);
  informers.budgets.addIndex('namespace', namespaceOf);
  return informers;
}
