/** How a cluster is to be; all of it has a default, so that `Cluster.create()` gives a usable one. */
import type { ProxyMode } from '../network';
import type { ImageBehaviours } from '../workload';
import type { Topology } from './nodes';

/** Delays and limits of the cluster's own parts, in virtual milliseconds. */
export interface Latencies {
  /**
   * From a write to its arrival at kube-controller-manager. Real ones made a Deployment's
   * ReplicaSet after 12 ms and its first pod 20 ms later (medians), and a ready pod's endpoint and,
   * four controllers later, the old pod's leaving came 15 to 45 ms apart.
   * @default 14
   */
  readonly controllersMs?: number;
  /**
   * What a new ReplicaSet waits for its first pods beyond that: they came 12 to 57 ms after it, late where
   * the client that had asked for them kept the machine busy.
   * @default 0
   */
  readonly newReplicaSetMs?: number;
  /** From a write to its arrival at kube-scheduler: a real one binds 3 to 8 ms after creation. @default 3 */
  readonly schedulerMs?: number;
  /** From a write to its arrival at a kubelet or a kube-proxy. @default 2 */
  readonly nodeWatchMs?: number;
  /**
   * For the metrics API to answer one question of an autoscaler: its next look is as much later.
   * metrics-server has its answers ready; the one of the recordings, which `kwok` is like, took
   * 100 to 150 ms.
   * @default 0, and 125 with runtime `kwok`
   */
  readonly metricsMs?: number;
}

/** How a cluster is to be; all of it has a default. */
export interface ClusterOptions extends Topology {
  /** All chance comes from it: same inputs and same seed give the same run. @default 1 */
  readonly seed?: number | string;
  /**
   * What runs the pods: `simulated` has kubelets with images, probes and programs; `kwok` has
   * every pod start at once and ready after 2 s, as the recordings of a real control plane had.
   * @default 'simulated'
   */
  readonly runtime?: 'simulated' | 'kwok';
  /** The instant of virtual time 0, in ms since the Unix epoch. @default 2026-01-01T00:00:00Z */
  readonly epochMs?: number;
  /** Whether there is a default StorageClass whose disks live in one zone. @default true */
  readonly storageClass?: boolean;
  /** Whether a metrics server serves metrics.k8s.io, for autoscalers and `kubectl top`. @default true */
  readonly metricsServer?: boolean;
  /**
   * What is inside images, by name or pattern such as `'shop/api:*'`.
   * @default - images behave as their names suggest
   */
  readonly images?: ImageBehaviours;
  /** How late the cluster's parts hear of changes. @default - as measured of a real cluster */
  readonly latencies?: Latencies;
  /** IPv4 range of cluster IPs. @default '10.96.0.0/12' */
  readonly serviceCidr?: string;
  /** How kube-proxy picks an endpoint: at random, or in turn. @default 'iptables' */
  readonly proxyMode?: ProxyMode;
  /** Whether to start with no nodes at all; they come through the API. @default false */
  readonly withoutNodes?: boolean;
}

/** 2026-01-01T00:00:00Z. */
export const DEFAULT_EPOCH_MS = 1_767_225_600_000;

export const latenciesOf = ({ latencies, runtime }: ClusterOptions): Required<Latencies> => ({
  controllersMs: 14,
  newReplicaSetMs: 0,
  schedulerMs: 3,
  nodeWatchMs: 2,
  metricsMs: runtime === 'kwok' ? 125 : 0,
  ...latencies,
});
