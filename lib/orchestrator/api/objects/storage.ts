/** Volumes, claims and classes. */
import type { LabelSelector } from '../label-selector';
import type { KubeObject, ObjectMeta } from '../object';
import type { Condition } from './condition';
import type { NodeSelectorTerm, ResourceList } from './pod';

export interface PersistentVolumeClaim extends KubeObject {
  readonly kind: 'PersistentVolumeClaim';
  readonly metadata: ObjectMeta & { readonly namespace: string };
  readonly spec: {
    readonly accessModes: readonly string[];
    readonly resources: { readonly requests?: ResourceList; readonly limits?: ResourceList };
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode: string;
    readonly selector?: LabelSelector;
    readonly volumeAttributesClassName?: string;
  };
  readonly status: {
    readonly phase: 'Pending' | 'Bound' | 'Lost';
    readonly capacity?: ResourceList;
    readonly accessModes?: readonly string[];
    readonly conditions?: readonly Condition[];
  };
}

export interface PersistentVolume extends KubeObject {
  readonly kind: 'PersistentVolume';
  readonly spec: {
    readonly capacity: ResourceList;
    readonly accessModes: readonly string[];
    readonly persistentVolumeReclaimPolicy: 'Retain' | 'Delete' | 'Recycle';
    readonly storageClassName?: string;
    readonly volumeMode: string;
    readonly volumeAttributesClassName?: string;
    readonly claimRef?: {
      readonly kind?: string;
      readonly apiVersion?: string;
      readonly namespace: string;
      readonly name: string;
      readonly uid?: string;
      readonly resourceVersion?: string;
    };
    readonly nodeAffinity?: {
      readonly required?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] };
    };
    readonly [source: string]: unknown;
  };
  readonly status: {
    readonly phase: 'Pending' | 'Available' | 'Bound' | 'Released' | 'Failed';
    readonly message?: string;
    readonly reason?: string;
    readonly lastPhaseTransitionTime?: string;
  };
}

export interface StorageClass extends KubeObject {
  readonly kind: 'StorageClass';
  readonly provisioner: string;
  readonly reclaimPolicy: 'Delete' | 'Retain';
  readonly volumeBindingMode: 'Immediate' | 'WaitForFirstConsumer';
  readonly allowVolumeExpansion?: boolean;
  readonly allowedTopologies?: readonly {
    readonly matchLabelExpressions?: readonly { key: string; values: readonly string[] }[];
  }[];
  readonly parameters?: Readonly<Record<string, string>>;
}
