/** What the parts of one node's kubelet share: its ways out, its settings and its pods. */
import type { ObjectReference } from '../api/objects';
import type { Client, EventRecorder } from '../client';
import type { Clock, Random, Trace } from '../sim';
import type { ContainerRuntime } from './container-runtime';
import type { PodAddresses } from './pods/pod-addresses';
import type { ContainerRecord, PodRecord } from './pods/pod-record';

/** Settings of a kubelet; the defaults are those of the kubelet's own configuration. */
export interface KubeletConfig {
  /** Pods that the node takes at most; the node's allocatable pods decide if it names them. @default 110 */
  readonly maxPods?: number;
  /** The range of the pods' addresses if the Node has no spec.podCIDR. @default `10.244.0.0/24` */
  readonly podCidr?: string;
  /** The address of the node if its status names none. @default `10.0.0.1` */
  readonly nodeIP?: string;
  /** Longest delay between restarts of a container, ms. @default 300000 */
  readonly maxContainerRestartPeriodMs?: number;
}

export interface KubeletContext {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly recorder: EventRecorder;
  readonly runtime: ContainerRuntime;
  readonly nodeName: string;
  readonly config: KubeletConfig;
  readonly records: Map<string, PodRecord>;
  hostIP: string;
  addresses: PodAddresses;
  /** Whether the kubelet's process runs; its timers do nothing while it does not. */
  up: boolean;
  /** Something could not be told to the API server, which was out of reach. */
  unsaid: boolean;
}

/** The reference of events about one container of a pod. */
export function containerReference(
  record: PodRecord,
  container: ContainerRecord | undefined,
): ObjectReference {
  const { name, namespace, uid, resourceVersion } = record.pod.metadata;
  const apiVersion = 'v1';
  const kind = 'Pod';
  if (container === undefined) return { apiVersion, kind, namespace, name, uid, resourceVersion };
  const list = container.role === 'app' ? 'containers' : 'initContainers';
  const fieldPath = `spec.${list}{${container.spec.name}}`;
  return { apiVersion, kind, namespace, name, uid, resourceVersion, fieldPath };
}

/** `web_default(0c5a…)`: how the kubelet names a pod in messages. */
export function formatPod(record: PodRecord): string {
  const { name, namespace, uid } = record.pod.metadata;
  return `${name}_${namespace}(${uid})`;
}
