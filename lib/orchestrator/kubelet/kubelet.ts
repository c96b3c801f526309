/**
 * A node's kubelet: takes the pods that are bound to its node, runs their containers by way of the
 * container runtime, and reports what became of them. Stands for pkg/kubelet. Created once a node;
 * it holds nothing but its pods, so that thousands of nodes fit into one process.
 * FIDELITY: static pods, node-pressure eviction, image garbage collection and the slowing down of
 * starts on a busy node are left out; the periodic resync of settled pods, which changes nothing
 * that is modelled (files of ConfigMap volumes reach no process), is too.
 */
import type { Node, Pod } from '../api/objects';
import { EventRecorder, type Client } from '../client';
import type { Clock, Random, Trace } from '../sim';
import type { ContainerExit, ContainerRuntime } from './container-runtime';
import { endInstance, LOST_POWER } from './containers/container-end';
import { ContainerKiller } from './containers/container-killer';
import { ContainerStarter } from './containers/container-starter';
import { ImageManager } from './containers/image-manager';
import type { KubeletConfig, KubeletContext } from './kubelet-context';
import { NodeHeartbeat } from './node-heartbeat';
import { PodAddresses } from './pods/pod-addresses';
import { PodIntake } from './pods/pod-intake';
import type { PodRecord } from './pods/pod-record';
import { PodSync, refresh } from './pods/pod-sync';
import { PodTerminator } from './pods/pod-terminator';
import { PodVolumes } from './pods/pod-volumes';
import { StatusWriter } from './pods/status-writer';
import { SyncSchedule } from './pods/sync-schedule';
import { VolumeAttachments } from './pods/volume-attachments';
import { Prober } from './probes/prober';

export interface KubeletOptions {
  /** The kubelet's own connection; its component is `kubelet/<node>`. */
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly nodeName: string;
  readonly runtime: ContainerRuntime;
  readonly config?: KubeletConfig;
  /** Shared by all kubelets of a cluster. @default the kubelet is alone */
  readonly attachments?: VolumeAttachments;
}

const DEFAULT_POD_CIDR = '10.244.0.0/24';
const DEFAULT_NODE_IP = '10.0.0.1';

export class Kubelet {
  private readonly context: KubeletContext;
  private readonly status: StatusWriter;
  private readonly prober: Prober;
  private readonly killer: ContainerKiller;
  private readonly terminator: PodTerminator;
  private readonly schedule: SyncSchedule;
  private readonly pods: PodSync;
  private readonly intake: PodIntake;
  private readonly heartbeat: NodeHeartbeat;
  private watching = false;

  constructor(options: KubeletOptions) {
    const { client, clock, trace, nodeName, runtime, config = {} } = options;
    const random = options.random.fork(`kubelet/${nodeName}`);
    const recorder = new EventRecorder(client, 'kubelet', nodeName);
    this.context = {
      records: new Map(),
      ...{ client, clock, random, trace, recorder, runtime, nodeName, config },
      hostIP: config.nodeIP ?? DEFAULT_NODE_IP,
      addresses: new PodAddresses(config.podCidr ?? DEFAULT_POD_CIDR),
      up: false,
      unsaid: false,
    };
    const { context } = this;
    this.status = new StatusWriter(context);
    this.killer = new ContainerKiller(context);
    this.prober = new Prober(context, {
      readinessChanged: (record) => this.probesSaid(record),
      startupSucceeded: (record) => this.startupSucceeded(record),
      mustRestart: (record) => this.schedule.request(record),
      foundStopped: (record) => this.schedule.request(record),
    });
    this.schedule = new SyncSchedule(context, (record) => this.syncIfUp(record));
    const volumes = new PodVolumes(context, options.attachments ?? new VolumeAttachments());
    const { status, prober, killer, schedule } = this;
    this.terminator = new PodTerminator(context, {
      ...{ status, prober, killer },
      schedule: () => this.schedule,
      released: (record) => this.intake.release(record),
    });
    const starter = new ContainerStarter(context, new ImageManager(context), killer);
    const { terminator } = this;
    const parts = { status, prober, killer, starter, volumes, terminator, schedule };
    this.pods = new PodSync(context, parts);
    this.intake = new PodIntake(context, { ...parts, pods: this.pods });
    this.heartbeat = new NodeHeartbeat(context, () => this.tellAll());
    runtime.attach(nodeName, {
      exited: (id, uid, exit) => this.containerExited(id, uid, exit),
      answersChanged: (_id, uid) => this.answersChanged(uid),
    });
  }

  get nodeName(): string {
    return this.context.nodeName;
  }

  get isUp(): boolean {
    return this.context.up;
  }

  /** Starts the kubelet: heartbeats, and the pods that are bound to its node. */
  start(): void {
    if (this.context.up) return;
    this.context.up = true;
    const { client, nodeName } = this.context;
    client.reconnect();
    this.readNode();
    this.heartbeat.start();
    if (this.watching) {
      for (const record of [...this.context.records.values()]) this.resume(record);
      return;
    }
    this.watching = true;
    client.informer<Pod>('pods', { nodeName }).addHandlers({
      added: (pod) => this.intake.added(pod),
      updated: (pod) => this.intake.updated(pod),
      deleted: (pod) => this.intake.deleted(pod),
    });
  }

  /** Stops the kubelet's process; the containers run on, unwatched. */
  stop(): void {
    if (!this.context.up) return;
    this.context.up = false;
    this.heartbeat.stop();
    this.context.client.disconnect();
    this.schedule.drop();
    for (const record of this.context.records.values()) {
      this.pods.abandon(record);
      this.killer.drop(record);
    }
  }

  /** The machine fails: the kubelet and all containers are gone at once, and nobody is told. */
  crash(): void {
    this.stop();
    const { runtime, nodeName, records } = this.context;
    runtime.powerOff(nodeName);
    for (const record of records.values()) this.losePower(record);
  }

  /** The machine has booted again: the pods that it still has are started anew. */
  recover(): void {
    this.start();
  }

  /** Cuts the node off from the API server; its containers run on and are still looked after. */
  disconnect(): void {
    this.context.client.disconnect();
  }

  /** Lets the node reach the API server again. */
  reconnect(): void {
    if (!this.context.up || this.context.client.isConnected) return;
    this.context.client.reconnect();
    this.heartbeat.stop();
    this.heartbeat.start();
  }

  private readNode(): void {
    const { client, nodeName, context } = { ...this.context, context: this.context };
    const node = client.tryGet<Node>('nodes', undefined, nodeName);
    const address = node?.status.addresses?.find(({ type }) => type === 'InternalIP');
    if (address !== undefined) context.hostIP = address.address;
    const cidr = node?.spec.podCIDR;
    if (cidr !== undefined && context.records.size === 0)
      context.addresses = new PodAddresses(cidr);
  }

  private syncIfUp(record: PodRecord): void {
    if (this.context.up) this.pods.sync(record);
  }

  private containerExited(id: string, uid: string, exit: ContainerExit): void {
    const record = this.context.records.get(uid);
    const container = record?.containers.find((candidate) => candidate.id === id);
    if (record === undefined || container === undefined || !container.running) return;
    endInstance(container, exit, this.context.clock.wallMs);
    if (!this.context.up) return;
    const wasKilled = container.kill !== undefined;
    this.killer.exited(record, container);
    if (record.lifecycle !== 'running') this.terminator.containerStopped(record);
    else if (wasKilled && !this.killer.isKilling(record)) this.pods.killed(record);
    else this.schedule.atRelist(uid);
  }

  private answersChanged(uid: string): void {
    const record = this.context.records.get(uid);
    if (record !== undefined && this.context.up) this.prober.answersChanged(record);
  }

  /** A probe's verdict goes into the status at once; the sync for it follows. */
  private probesSaid(record: PodRecord): void {
    this.writeFlags(record);
    this.schedule.request(record);
  }

  private startupSucceeded(record: PodRecord): void {
    this.writeFlags(record);
    this.prober.containersChanged(record);
    // What waits for a started sidecar goes on at once; readiness waits for the next relist.
    if (record.containers.some(({ instances }) => instances === 0)) this.pods.sync(record);
    this.schedule.atRelist(record.uid);
  }

  private writeFlags(record: PodRecord): void {
    for (const container of record.containers) {
      if (!container.endSeen) refresh(record, container, this.prober);
    }
    this.status.write(record);
  }

  /** After a time in which the kubelet was down its pods are looked at anew. */
  private resume(record: PodRecord): void {
    if (record.lifecycle === 'finished') return;
    const deleted = record.pod.metadata.deletionTimestamp !== undefined;
    if (record.lifecycle !== 'running' || deleted) return this.terminator.resume(record);
    this.prober.resume(record);
    this.pods.resume(record);
  }

  /** Writes what could not be written while the API server was out of reach. */
  private tellAll(): void {
    for (const record of this.context.records.values()) {
      if (record.lifecycle === 'finished') this.status.write(record, false);
      else if (record.stage === 'idle') this.schedule.soon(record, this.context.random.int(1, 500));
    }
  }

  /** What is left of a pod on a machine that has no power. */
  private losePower(record: PodRecord): void {
    if (record.lifecycle === 'finished') return;
    this.prober.removePod(record.uid);
    record.sandboxReady = false;
    record.mounted = false;
    if (record.ip !== '') this.context.addresses.release(record.ip);
    record.ip = '';
    for (const container of record.containers) {
      if (container.running) endInstance(container, LOST_POWER, this.context.clock.wallMs);
      container.killBecause = undefined;
      container.inSandbox = false;
    }
  }
}
