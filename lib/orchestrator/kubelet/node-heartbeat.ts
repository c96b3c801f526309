/**
 * How a kubelet says that its node lives: the node's Lease every 10 s, its status on change and
 * every 5 minutes. Stands for pkg/kubelet/nodestatus and component-helpers' lease controller.
 * FIDELITY: memory, disk and process pressure never arise; a node's resources are not used up.
 */
import type { Condition, Lease, Node } from '../api/objects';
import { isTrue } from '../api/objects';
import { isApiStatusError } from '../api/status-error';
import { formatMicroTime, formatTime } from '../api/timestamps';
import { cancel, type ScheduledEvent, type Timer } from '../sim';
import { ConnectionError } from '../client';
import type { KubeletContext } from './kubelet-context';

const LEASES = 'leases.coordination.k8s.io';
const LEASE_NAMESPACE = 'kube-node-lease';
const LEASE_SECONDS = 40;
const RENEW_MS = 10_000;
const RENEW_JITTER = 0.04;
const REPORT_MS = 300_000;

/** The conditions of a healthy node, in the order in which a kubelet writes them. */
const HEALTHY: readonly (readonly [string, 'True' | 'False', string, string])[] = [
  [
    'MemoryPressure',
    'False',
    'KubeletHasSufficientMemory',
    'kubelet has sufficient memory available',
  ],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
];

export class NodeHeartbeat {
  private readonly beats: Timer<undefined>;
  private event: ScheduledEvent | undefined;
  private lease: Lease | undefined;
  private reportedAt = -1;
  /** The node as it was when there was nothing to report. */
  private reported: Node | undefined;

  /** @param reachable called when the API server answers again and something is yet to be told */
  constructor(
    private readonly context: KubeletContext,
    private readonly reachable: () => void,
  ) {
    const name = `kubelet/${context.nodeName}: heartbeat`;
    this.beats = context.clock.timer<undefined>(name, () => this.beat());
  }

  /** Reports at once, then goes on; a node that comes back says first that it is ready. */
  start(): void {
    this.reportedAt = -1;
    this.beat();
  }

  stop(): void {
    cancel(this.event);
    this.event = undefined;
  }

  private beat(): void {
    const { clock, random } = this.context;
    try {
      this.renew();
      this.report();
    } catch (error) {
      if (!(error instanceof ConnectionError) && !isApiStatusError(error)) throw error;
      this.lease = undefined;
    }
    if (this.context.unsaid && this.context.client.isConnected) {
      this.context.unsaid = false;
      this.reachable();
    }
    const jitter = random.float() * RENEW_JITTER * RENEW_MS;
    this.event = this.beats.at(clock.now + RENEW_MS + Math.floor(jitter), undefined);
  }

  private renew(): void {
    const { client, clock, nodeName } = this.context;
    const renewTime = formatMicroTime(clock.wallMs);
    const known = this.lease ?? client.tryGet<Lease>(LEASES, LEASE_NAMESPACE, nodeName);
    if (known !== undefined) {
      const spec = { ...known.spec, holderIdentity: nodeName, renewTime };
      this.lease = client.update<Lease>(LEASES, { ...known, spec });
      return;
    }
    const node = client.tryGet<Node>('nodes', undefined, nodeName);
    if (node === undefined) return;
    this.lease = client.create<Lease>(LEASES, LEASE_NAMESPACE, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: nodeName,
        namespace: LEASE_NAMESPACE,
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Node', name: nodeName, uid: node.metadata.uid },
        ],
      },
      spec: { holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime },
    });
  }

  private report(): void {
    const { client, clock, nodeName } = this.context;
    const node = client.tryGet<Node>('nodes', undefined, nodeName);
    if (node === undefined) return;
    const due = this.reportedAt < 0 || clock.now - this.reportedAt >= REPORT_MS;
    if (!due && node === this.reported) return;
    const conditions = healthyConditions(node.status.conditions, formatTime(clock.wallMs));
    if (!due && !changed(node.status.conditions, conditions)) {
      this.reported = node;
      return;
    }
    const status = {
      ...node.status,
      conditions,
      nodeInfo: this.nodeInfo(node),
    };
    const wasReady = isTrue(node, 'Ready');
    this.reported = client.updateStatus<Node>('nodes', { ...node, status });
    this.reportedAt = clock.now;
    if (wasReady) return;
    const message = `Node ${nodeName} status is now: NodeReady`;
    this.context.recorder.event(node, 'Normal', 'NodeReady', message);
  }

  private nodeInfo(node: Node): Node['status']['nodeInfo'] {
    const { random } = this.context;
    if (node.status.nodeInfo?.['kubeletVersion']) return node.status.nodeInfo;
    const machineID = random.uuid().replaceAll('-', '');
    return {
      machineID,
      systemUUID: machineID,
      bootID: random.uuid(),
      kernelVersion: '6.1.0',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      containerRuntimeVersion: 'containerd://2.3.7',
      kubeletVersion: 'v1.36.3',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    };
  }
}

/** The node's conditions with the kubelet's own in good state; others' stay in place. */
export function healthyConditions(
  before: readonly Condition[] | undefined,
  now: string,
): Condition[] {
  const conditions = [...(before ?? [])];
  for (const [type, status, reason, message] of HEALTHY) {
    const at = conditions.findIndex((condition) => condition.type === type);
    const old = conditions[at];
    const lastTransitionTime = old?.status === status ? (old.lastTransitionTime ?? now) : now;
    const next = { type, status, lastHeartbeatTime: now, lastTransitionTime, reason, message };
    if (at < 0) conditions.push(next);
    else conditions[at] = next;
  }
  return conditions;
}

function changed(before: readonly Condition[] | undefined, after: readonly Condition[]): boolean {
  if (before?.length !== after.length) return true;
  return after.some(({ status, reason }, i) => {
    const old = before[i];
    return old?.status !== status || old.reason !== reason;
  });
}
