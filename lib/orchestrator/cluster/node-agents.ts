/** What runs on the nodes: kubelets with simulated containers, or KWOK playing all of them. */
import type { Deployment, Pod } from '../api/objects';
import { milliValue, wholeValue } from '../api/quantity';
import { Client } from '../client';
import { Kubelet, VolumeAttachments } from '../kubelet';
import { Kwok } from '../kubelet/kwok/kwok';
import type { Usage, UsageSource } from '../metrics/metrics-server';
import { ProcessTable, SimulatedRuntime, type ContainerLog } from '../workload';
import type { ClusterOptions } from './cluster-options';
import type { ProcessContext } from './control-plane';
import type { NodePlan } from './nodes';

export interface NodeAgents extends UsageSource {
  /** The programs that run; empty under KWOK. */
  readonly processes: ProcessTable;
  /** Starts what runs on a node whose object exists. */
  join(plan: NodePlan, index: number): void;
  /** The machine stops: kubelet and containers at once. */
  crash(node: string): void;
  /** The machine is back. */
  recover(node: string): void;
  /** The kubelet cannot reach the API server; its containers run on. */
  disconnect(node: string): void;
  reconnect(node: string): void;
  /** Kills the programs of a pod, as a bug in them would. */
  killContainers(podUid: string): void;
  /** What a container has written, by its id; undefined if nothing, or if it is forgotten. */
  log(podUid: string, containerId: string): ContainerLog | undefined;
}

export function createNodeAgents(context: ProcessContext, options: ClusterOptions): NodeAgents {
  return options.runtime === 'kwok' ? new KwokAgents(context) : new KubeletAgents(context, options);
}

class KubeletAgents implements NodeAgents {
  readonly processes: ProcessTable;
  private readonly kubelets = new Map<string, Kubelet>();
  private readonly clients = new Map<string, Client>();
  private readonly runtime: SimulatedRuntime;
  private readonly attachments = new VolumeAttachments();

  constructor(
    private readonly context: ProcessContext,
    options: ClusterOptions,
  ) {
    this.runtime = new SimulatedRuntime({
      clock: context.clock,
      ...(options.images === undefined ? {} : { images: options.images }),
    });
    this.processes = this.runtime.processes;
  }

  join({ name }: NodePlan): void {
    const { api, clock, random, trace } = this.context;
    const client = new Client({
      api,
      clock,
      trace,
      component: `kubelet/${name}`,
      user: `system:node:${name}`,
      watchDelayMs: this.context.latencies.nodeWatchMs,
    });
    const { runtime, attachments } = this;
    const kubelet = new Kubelet({
      client,
      clock,
      random,
      trace,
      nodeName: name,
      runtime,
      attachments,
    });
    this.kubelets.set(name, kubelet);
    this.clients.set(name, client);
    kubelet.start();
  }

  crash(node: string): void {
    this.kubelets.get(node)?.crash();
  }

  recover(node: string): void {
    this.kubelets.get(node)?.recover();
  }

  disconnect(node: string): void {
    this.clients.get(node)?.disconnect();
  }

  reconnect(node: string): void {
    this.clients.get(node)?.reconnect();
  }

  usage(pod: Pod): Usage | undefined {
    return this.processes.usage(pod.metadata.uid);
  }

  killContainers(podUid: string): void {
    for (const { containerId } of [...this.processes.ofPod(podUid)]) {
      this.runtime.signal(containerId, 'SIGKILL');
    }
  }

  log(podUid: string, containerId: string): ContainerLog | undefined {
    return this.runtime.log(podUid, containerId);
  }
}

/** What the recordings' metrics server said of containers whose Deployment says nothing. */
const DEFAULT_USAGE: Usage = { cpuMilli: 10, memoryBytes: 20 * 1024 * 1024 };

class KwokAgents implements NodeAgents {
  readonly processes: ProcessTable;
  private readonly client: Client;

  constructor(private readonly context: ProcessContext) {
    const { api, clock, random, trace } = context;
    this.processes = new ProcessTable(() => clock.now);
    this.client = new Client({
      api,
      clock,
      trace,
      component: 'kwok',
      watchDelayMs: context.latencies.nodeWatchMs,
    });
    new Kwok({ client: this.client, clock, random }).start();
  }

  join(): void {
    // KWOK watches Node objects; there is nothing to start.
  }

  crash(node: string): void {
    this.annotate(node, 'true');
  }

  recover(node: string): void {
    this.annotate(node, null);
  }

  disconnect(node: string): void {
    this.annotate(node, 'true');
  }

  reconnect(node: string): void {
    this.annotate(node, null);
  }

  /** The Deployment that the pod's `app` label names says what each container of its pods uses. */
  usage(pod: Pod): Usage {
    const app = pod.metadata.labels?.['app'];
    const deployment =
      app === undefined
        ? undefined
        : this.context.api.tryGet<Deployment>('deployments.apps', pod.metadata.namespace, app);
    const annotations = deployment?.metadata.annotations ?? {};
    const cpu = annotations['drydock/cpu'];
    const memory = annotations['drydock/memory'];
    const cpuMilli = cpu === undefined ? DEFAULT_USAGE.cpuMilli : milliValue(cpu);
    const memoryBytes = memory === undefined ? DEFAULT_USAGE.memoryBytes : wholeValue(memory);
    const { length } = pod.spec.containers;
    return { cpuMilli: cpuMilli * length, memoryBytes: memoryBytes * length };
  }

  killContainers(): void {
    // KWOK's containers hold no programs.
  }

  log(): undefined {
    return undefined;
  }

  private annotate(node: string, value: string | null): void {
    const patch = { metadata: { annotations: { 'drydock/failed': value } } };
    this.client.patch('nodes', undefined, node, 'merge', patch);
  }
}
