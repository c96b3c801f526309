/**
 * Plays the kubelets of all nodes at once, the way KWOK did when real control planes were
 * recorded: a bound pod's containers start at once, it is Ready 2 s later and gone 1 s after its
 * deletion; a Job's pod succeeds after 2 s. No images, no probes, no programs.
 * Annotations: drydock/never-ready, drydock/ready-after, drydock/run-for, drydock/exit-code on
 * pods; drydock/failed on a node stops all of it there.
 */
import { keyOf, splitKey, type OwnerReference } from '../../api/object';
import type { Lease, Node, Pod } from '../../api/objects';
import { isPodReady } from '../../api/objects';
import { isApiStatusError } from '../../api/status-error';
import { formatMicroTime, formatTime } from '../../api/timestamps';
import { ConnectionError, type Client, type Informer } from '../../client';
import { durationMs, type Clock, type Random, type Timer } from '../../sim';
import { PodAddresses, podCidrOf } from '../pods/pod-addresses';
import {
  failedStatus,
  readyNodeStatus,
  readyStatus,
  runningStatus,
  succeededStatus,
} from './kwok-status';

const LEASES = 'leases.coordination.k8s.io';
const FAILED = 'drydock/failed';
const SECOND_MS = 1000;
/** However many pods wait, one is not held back by them for longer. */
const MOST_WAIT_MS = 250;
/** Between two pods that are made in one batch: recorded were 5 ms in the middle, 11 on average. */
const GAP_MS = 44;
/** Between a batch and the next, beyond what an answer takes: 20 ms in the middle, 24 on average. */
const BATCH_MS = 64;
const ANSWER_MS = 8;
/** Pods that come so close to each other were made by one hand. */
const TOGETHER_MS = 5;
/** A pod that starts so long after another has nothing to do with it. */
const BURST_ENDS_MS = 80;
/** What a bound pod waits at most to start, beyond 5 ms: recorded were 15 ms in the middle. */
const START_MS = 60;
/** How late the stages that come after a while are, beyond 3 ms: 5 ms in the middle. */
const LATE_MS = 24;
const READY_AFTER_MS = 2000;
const RUN_FOR_MS = 2000;
const FAIL_AFTER_MS = 1000;
const GONE_AFTER_MS = 1000;
const LEASE_SECONDS = 40;
const RENEW_MS = 10_000;

type Stage = 'run' | 'ready' | 'succeed' | 'fail' | 'delete';

interface StageArgument {
  readonly key: string;
  readonly uid: string;
  readonly stage: Stage;
}

export interface KwokOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
}

interface FakeNode {
  readonly addresses: PodAddresses;
  readonly used: Map<string, string>;
}

export class Kwok {
  private readonly random: Random;
  private readonly stages: Timer<StageArgument>;
  private readonly starts: Timer<string>;
  private readonly renewals: Timer<string>;
  private readonly nodes: Informer<Node>;
  private readonly pods: Informer<Pod>;
  private readonly fakes = new Map<string, FakeNode>();
  /** Stages that pods are in the middle of, so that a change of the object does not restart them. */
  private readonly pending = new Map<string, Stage>();

  /** When the last pod reaches a stage, by stage and whole seconds until it. */
  private readonly lastDue = new Map<string, number>();
  /** When a pod last came to wait for its start, and how many had come together with it. */
  private lastCameAt = -Infinity;
  private inBatch = 0;

  constructor(private readonly options: KwokOptions) {
    const { client, clock, random } = options;
    this.random = random.fork('kwok');
    this.stages = clock.timer<StageArgument>('kwok: stage', (argument) => this.play(argument));
    this.starts = clock.timer<string>('kwok: node', (name) => this.nodeStarts(name));
    this.renewals = clock.timer<string>('kwok: lease', (name) => this.renew(name));
    this.nodes = client.informer<Node>('nodes');
    this.pods = client.informer<Pod>('pods');
  }

  start(): void {
    this.nodes.addHandlers({
      added: (node) => this.nodeAdded(node),
      updated: (node, previous) => this.nodeUpdated(node, previous),
      deleted: (node) => this.fakes.delete(node.metadata.name),
    });
    this.pods.addHandlers({
      added: (pod) => this.podChanged(pod),
      updated: (pod) => this.podChanged(pod),
      deleted: (pod) => this.podDeleted(pod),
    });
  }

  private nodeAdded(node: Node): void {
    const cidr = node.spec.podCIDR ?? podCidrOf(this.fakes.size);
    this.fakes.set(node.metadata.name, { addresses: new PodAddresses(cidr), used: new Map() });
    this.starts.after(this.random.int(5, 40), node.metadata.name);
  }

  private nodeUpdated(node: Node, previous: Node): void {
    if (hasFailed(previous) && !hasFailed(node)) {
      this.starts.after(this.random.int(5, 40), node.metadata.name);
      for (const pod of this.pods.list()) {
        if (pod.spec.nodeName === node.metadata.name) this.podChanged(pod);
      }
    }
  }

  private nodeStarts(name: string): void {
    const node = this.nodes.get(undefined, name);
    if (node === undefined || hasFailed(node)) return;
    this.try(() => {
      const { client, clock } = this.options;
      const current = client.get<Node>('nodes', undefined, name);
      const status = readyNodeStatus(current, formatTime(clock.wallMs));
      client.updateStatus<Node>('nodes', { ...current, status });
    });
    this.renew(name);
  }

  /** FIDELITY: a failed node's lease is not renewed; KWOK goes on to renew unless told otherwise. */
  private renew(name: string): void {
    const node = this.nodes.get(undefined, name);
    if (node === undefined || hasFailed(node)) return;
    const { client, clock } = this.options;
    const renewTime = formatMicroTime(clock.wallMs);
    this.try(() => {
      const lease = client.tryGet<Lease>(LEASES, 'kube-node-lease', name);
      if (lease === undefined) {
        client.create<Lease>(LEASES, 'kube-node-lease', {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name, namespace: 'kube-node-lease', ownerReferences: [ownerOf(node)] },
          spec: { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime },
        });
      } else {
        client.update<Lease>(LEASES, { ...lease, spec: { ...lease.spec, renewTime } });
      }
    });
    this.renewals.after(RENEW_MS, name);
  }

  /** Which stage the pod is at, and when it comes. */
  private podChanged(pod: Pod): void {
    const nodeName = pod.spec.nodeName;
    if (!nodeName) return;
    const stage = stageOf(pod);
    const { uid } = pod.metadata;
    if (stage === undefined || this.pending.get(uid) === stage) return;
    this.pending.set(uid, stage);
    this.stages.at(this.dueAt(pod, stage), { key: keyOf(pod), uid, stage });
  }

  /** One queue plays the stages: pods reach a stage in the order in which they came to wait for it. */
  private dueAt(pod: Pod, stage: Stage): number {
    const { clock } = this.options;
    const delay = this.delayOf(pod, stage);
    const due = clock.now + delay;
    const kind = `${stage} ${Math.floor(delay / SECOND_MS)}`;
    const before = this.lastDue.get(kind) ?? -Infinity;
    const at = Math.max(due, stage === 'run' ? this.afterBurst(before, due) : before);
    this.lastDue.set(kind, at);
    return at;
  }

  /**
   * Pods that are made together start one after another.
   * FIDELITY: real controllers make one pod, then two, then four, each time waiting for the
   * answers. Ours do not wait; what they would have waited is waited here.
   */
  private afterBurst(before: number, due: number): number {
    const { now } = this.options.clock;
    const isTogether = now - this.lastCameAt < TOGETHER_MS;
    this.lastCameAt = now;
    this.inBatch = isTogether ? this.inBatch + 1 : 0;
    if (due - before >= BURST_ENDS_MS) return due;
    const begins = (this.inBatch & (this.inBatch + 1)) === 0;
    const gap = begins ? ANSWER_MS + this.mostlyLittle(BATCH_MS) : this.mostlyLittle(GAP_MS);
    return Math.min(before + gap, due + MOST_WAIT_MS);
  }

  private late(): number {
    return 3 + this.mostlyLittle(LATE_MS);
  }

  /** Up to so many milliseconds, mostly few: half of all draws are less than a fifth of it. */
  private mostlyLittle(limitMs: number): number {
    return Math.floor(limitMs * this.random.float() * this.random.float());
  }

  private delayOf(pod: Pod, stage: Stage): number {
    const annotations = pod.metadata.annotations ?? {};
    const given = (key: string, otherwise: number): number => {
      const text = annotations[key];
      return text === undefined ? otherwise : durationMs(text);
    };
    switch (stage) {
      case 'run':
        return 5 + this.mostlyLittle(START_MS);
      case 'ready':
        return given('drydock/ready-after', READY_AFTER_MS) + this.late();
      case 'succeed':
        return given('drydock/run-for', RUN_FOR_MS) + this.late();
      case 'fail':
        return FAIL_AFTER_MS + this.late();
      case 'delete':
        return GONE_AFTER_MS + this.late();
    }
  }

  private play({ key, uid, stage }: StageArgument): void {
    if (this.pending.get(uid) !== stage) return;
    this.pending.delete(uid);
    const { client, clock } = this.options;
    const { namespace, name } = splitKey(key);
    const node = this.pods.byKey(key)?.spec.nodeName;
    if (node === undefined || this.isDown(node)) return;
    this.try(() => {
      const pod = client.tryGet<Pod>('pods', namespace, name);
      if (pod === undefined || pod.metadata.uid !== uid || stageOf(pod) !== stage) return;
      if (stage === 'delete') {
        client.delete('pods', namespace, name, {
          gracePeriodSeconds: 0,
          preconditions: { uid },
        });
        return;
      }
      const status = this.statusAt(pod, stage, formatTime(clock.wallMs));
      client.updateStatus<Pod>('pods', { ...pod, status });
    });
  }

  private statusAt(pod: Pod, stage: Exclude<Stage, 'delete'>, now: string): Pod['status'] {
    switch (stage) {
      case 'run':
        return runningStatus(pod, now, this.addressOf(pod), this.hostAddress(pod));
      case 'ready':
        return readyStatus(pod, now);
      case 'succeed':
        return succeededStatus(pod, now);
      case 'fail':
        return failedStatus(pod, now, Number(pod.metadata.annotations?.['drydock/exit-code']));
    }
  }

  private addressOf(pod: Pod): string {
    if (pod.spec.hostNetwork === true) return this.hostAddress(pod);
    const fake = this.fakes.get(pod.spec.nodeName!)!;
    const address = fake.addresses.allocate();
    fake.used.set(pod.metadata.uid, address);
    return address;
  }

  private hostAddress(pod: Pod): string {
    const node = this.nodes.get(undefined, pod.spec.nodeName!);
    const own = node?.status.addresses?.find(({ type }) => type === 'InternalIP');
    return own?.address ?? '10.0.0.1';
  }

  private podDeleted(pod: Pod): void {
    const { uid } = pod.metadata;
    this.pending.delete(uid);
    const fake = this.fakes.get(pod.spec.nodeName ?? '');
    const address = fake?.used.get(uid);
    if (address === undefined) return;
    fake!.used.delete(uid);
    fake!.addresses.release(address);
  }

  private isDown(nodeName: string): boolean {
    const node = this.nodes.get(undefined, nodeName);
    return node === undefined || hasFailed(node);
  }

  /** What cannot be written now is written when the object changes next. */
  private try(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof ConnectionError) && !isApiStatusError(error)) throw error;
    }
  }
}

const hasFailed = (node: Node): boolean => node.metadata.annotations?.[FAILED] !== undefined;

const ownerOf = (node: Node): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'Node',
  name: node.metadata.name,
  uid: node.metadata.uid,
});

/** The stage that comes next for a pod, undefined if none does. */
function stageOf(pod: Pod): Stage | undefined {
  const { metadata, status } = pod;
  const annotations = metadata.annotations ?? {};
  if (metadata.deletionTimestamp !== undefined) {
    return (metadata.finalizers?.length ?? 0) > 0 ? undefined : 'delete';
  }
  if (status.podIP === undefined) return 'run';
  if (status.phase !== 'Running') return undefined;
  if (annotations['drydock/exit-code'] !== undefined) return 'fail';
  if (metadata.ownerReferences?.some(({ kind }) => kind === 'Job') === true) return 'succeed';
  if (annotations['drydock/never-ready'] !== undefined || isPodReady(pod)) return undefined;
  return 'ready';
}
