/** Nodes and the Leases by which their kubelets say that they live. */
import type { KubeObject } from '../object';
import type { Condition } from './condition';
import type { ResourceList } from './pod';

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  readonly timeAdded?: string;
}

export interface Node extends KubeObject {
  readonly kind: 'Node';
  readonly spec: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly Taint[];
    readonly podCIDR?: string;
    readonly podCIDRs?: readonly string[];
    readonly providerID?: string;
  };
  readonly status: {
    readonly capacity?: ResourceList;
    readonly allocatable?: ResourceList;
    readonly conditions?: readonly Condition[];
    readonly addresses?: readonly { type: string; address: string }[];
    readonly images?: readonly { names?: readonly string[]; sizeBytes?: number }[];
    readonly nodeInfo?: Readonly<Record<string, unknown>>;
    readonly [field: string]: unknown;
  };
}

export interface Lease extends KubeObject {
  readonly kind: 'Lease';
  readonly spec: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    /** Microseconds: `2026-01-01T00:00:00.000000Z`. */
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

export const HOSTNAME_LABEL = 'kubernetes.io/hostname';
export const ZONE_LABEL = 'topology.kubernetes.io/zone';
export const REGION_LABEL = 'topology.kubernetes.io/region';
