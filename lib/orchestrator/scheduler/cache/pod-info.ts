/** A pod as the scheduler sees it: what filters and scores ask, read out of the spec once. */
import { keyOf } from '../../api/object';
import type { Container, Pod, PodSpec } from '../../api/objects';
import type { PodClass, PodClasses } from './pod-class';
import { podRequests, type PodRequests } from './pod-requests';
import type { TopologyNode } from './topology';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** The node of a pod, as far as the pod's coming and going goes. */
export interface PodHost extends TopologyNode {
  readonly name: string;
  /** By uid. */
  readonly pods: Map<string, PodInfo>;
  remove(info: PodInfo): void;
}

export interface PodInfo {
  readonly key: string;
  readonly uid: string;
  /** As it was last seen; only what scheduling does not look at may change. */
  pod: Pod;
  readonly priority: number;
  readonly requests: PodRequests;
  readonly class: PodClass;
  readonly hostPorts: readonly HostPort[];
  /** Names of the claims that its volumes use, those of ephemeral volumes included. */
  readonly claims: readonly string[];
  /** Where it runs or is assumed to run. */
  node: PodHost | undefined;
}

export function podInfo(pod: Pod, classes: PodClasses): PodInfo {
  return {
    key: keyOf(pod),
    uid: pod.metadata.uid,
    pod,
    priority: pod.spec.priority ?? 0,
    requests: podRequests(pod.spec),
    class: classes.of(pod),
    hostPorts: hostPortsOf(pod.spec),
    claims: claimsOf(pod),
    node: undefined,
  };
}

const NO_PORTS: readonly HostPort[] = [];
const NO_CLAIMS: readonly string[] = [];
const portsOf = new WeakMap<readonly Container[], readonly HostPort[]>();

/** Of containers, and of init containers that keep running beside them. */
function hostPortsOf({ containers, initContainers }: PodSpec): readonly HostPort[] {
  const ports = portsOfContainers(containers);
  const sidecars = initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return sidecars?.length ? [...ports, ...portsOfContainers(sidecars)] : ports;
}

function portsOfContainers(containers: readonly Container[]): readonly HostPort[] {
  const known = portsOf.get(containers);
  if (known !== undefined) return known;
  const ports: HostPort[] = [];
  for (const container of containers) {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (hostPort) ports.push({ ip: hostIP || '0.0.0.0', protocol, port: hostPort });
    }
  }
  const result = ports.length === 0 ? NO_PORTS : ports;
  portsOf.set(containers, result);
  return result;
}

function claimsOf(pod: Pod): readonly string[] {
  const { volumes } = pod.spec;
  if (volumes === undefined) return NO_CLAIMS;
  let claims: string[] | undefined;
  for (let i = 0; i < volumes.length; i++) {
    const volume = volumes[i]!;
    const name =
      volume.persistentVolumeClaim?.claimName ??
      (volume.ephemeral === undefined ? undefined : `${pod.metadata.name}-${volume.name}`);
    if (name !== undefined) (claims ??= []).push(name);
  }
  return claims ?? NO_CLAIMS;
}
