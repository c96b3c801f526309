/** The machines of a cluster, as Node objects: so many in each zone, all alike unless said otherwise. */
import type { NewObject, StringMap } from '../api/object';
import type { Taint } from '../api/objects';
import { HOSTNAME_LABEL, REGION_LABEL, ZONE_LABEL } from '../api/objects';
import { NODE_TTL_ANNOTATION, nodeTtlSeconds } from '../controllers/node-ttl';
import { podCidrOf } from '../kubelet';

/** What a node has to give, and what it keeps pods off with. */
export interface NodeShape {
  /** Allocatable CPU as a quantity. @default '4' */
  readonly cpu?: string;
  /** Allocatable memory as a quantity. @default '16Gi' */
  readonly memory?: string;
  /** Number of pods that it takes. @default '110' */
  readonly pods?: string;
  /** Allocatable space on its disk as a quantity. @default '100Gi' */
  readonly ephemeralStorage?: string;
  /** Labels besides the hostname, zone, region, os and arch labels. @default - none */
  readonly labels?: StringMap;
  /** Taints that it always has. @default - none */
  readonly taints?: readonly Taint[];
}

export interface NodePlan extends NodeShape {
  readonly name: string;
  readonly zone: string;
  readonly region: string;
}

/** Zones, and the nodes in them. */
export interface Topology {
  /** Names of the zones. @default ['a', 'b', 'c'] */
  readonly zones?: readonly string[];
  /** How many nodes each zone has. @default 1 */
  readonly nodesPerZone?: number;
  /** What each node is like. @default - 4 CPU, 16Gi, 110 pods, 100Gi of disk */
  readonly node?: NodeShape;
  /** The region of all zones. @default 'region-1' */
  readonly region?: string;
}

/** Nodes named `<zone>-<number>`, zone by zone. */
export function planNodes(topology: Topology): NodePlan[] {
  const { zones = ['a', 'b', 'c'], nodesPerZone = 1, node = {}, region = 'region-1' } = topology;
  const plans: NodePlan[] = [];
  for (const zone of zones) {
    for (let i = 1; i <= nodesPerZone; i++) {
      plans.push({ ...node, name: `${zone}-${i}`, zone, region });
    }
  }
  return plans;
}

export function nodeObject(plan: NodePlan, index: number): NewObject {
  const resources = {
    cpu: plan.cpu ?? '4',
    'ephemeral-storage': plan.ephemeralStorage ?? '100Gi',
    memory: plan.memory ?? '16Gi',
    pods: plan.pods ?? '110',
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: plan.name,
      annotations: { [NODE_TTL_ANNOTATION]: String(nodeTtlSeconds(index + 1)) },
      labels: {
        [HOSTNAME_LABEL]: plan.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'beta.kubernetes.io/arch': 'amd64',
        [ZONE_LABEL]: plan.zone,
        [REGION_LABEL]: plan.region,
        ...plan.labels,
      },
    },
    spec: {
      podCIDR: podCidrOf(index),
      podCIDRs: [podCidrOf(index)],
      ...(plan.taints?.length ? { taints: plan.taints } : {}),
    },
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: 'InternalIP', address: nodeAddress(index) },
        { type: 'Hostname', address: plan.name },
      ],
    },
  } as NewObject;
}

const nodeAddress = (index: number): string =>
  `172.${18 + Math.floor((index + 2) / 65_536)}.${((index + 2) >> 8) & 255}.${(index + 2) & 255}`;
