/**
 * The composition root: wires the API server, the control plane and the nodes into one cluster on
 * one virtual clock. The only place that sees everything.
 */
import { admission } from '../apiserver/admission';
import { ApiServer } from '../apiserver/api-server';
import { kinds } from '../api/kinds';
import { Chaos, type World } from '../chaos';
import { controllersOf } from '../controllers';
import { zonalProvisioner } from '../controllers/persistent-volume/zonal-provisioner';
import { nodeMetricsKind, podMetricsKind } from '../metrics/metrics-kinds';
import { MetricsServer } from '../metrics/metrics-server';
import { Network } from '../network';
import { serviceLoadBalancerController } from '../controllers/service-load-balancer';
import { Clock, Random, Trace } from '../sim';
import { Traffic } from '../traffic';
import { bootstrap, bootstrapper, PROVISIONER } from './bootstrap';
import { DEFAULT_EPOCH_MS, latenciesOf, type ClusterOptions } from './cluster-options';
import {
  clientOf,
  ControllerManager,
  SchedulerProcess,
  type ProcessContext,
} from './control-plane';
import { createNodeAgents, type NodeAgents } from './node-agents';
import { nodeObject, planNodes, type NodePlan } from './nodes';
import { PodProcesses } from './process-view';

/** The API server forgets changes after 5 to 10 minutes, as a real one's compaction does. */
const COMPACTION_MS = 300_000;

const CLOUD = 'cloud-controller-manager';

export class Cluster {
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly api: ApiServer;
  readonly nodes: readonly NodePlan[];
  readonly agents: NodeAgents;
  readonly metrics: MetricsServer;
  readonly network: Network;
  readonly traffic: Traffic;
  readonly chaos: Chaos;
  readonly controllerManager: ControllerManager;
  readonly scheduler: SchedulerProcess;

  constructor(readonly options: ClusterOptions = {}) {
    this.clock = new Clock(options.epochMs ?? DEFAULT_EPOCH_MS);
    this.random = Random.ofSeed(options.seed ?? 1);
    this.trace = new Trace(this.clock);
    this.api = new ApiServer({
      clock: this.clock,
      random: this.random,
      trace: this.trace,
      kinds,
      admission,
      ...(options.serviceCidr === undefined ? {} : { serviceCidr: options.serviceCidr }),
    });
    const context: ProcessContext = {
      api: this.api,
      clock: this.clock,
      random: this.random,
      trace: this.trace,
      latencies: latenciesOf(options),
    };
    bootstrap(this.api, { storageClass: options.storageClass ?? true });
    const controllers = controllersOf(context.latencies);
    this.controllerManager = new ControllerManager(context, 'kube-controller-manager', controllers);
    this.scheduler = new SchedulerProcess(context);
    this.agents = createNodeAgents(context, options);
    this.metrics = this.startMetrics(context);
    this.nodes = options.withoutNodes === true ? [] : planNodes(options);
    this.network = this.connectNetwork(context);
    const { clock, random, trace, network } = this;
    this.traffic = new Traffic({ clock, random, trace, network });
    this.chaos = new Chaos(this.world(context));
    this.controllerManager.start();
    new ControllerManager(context, PROVISIONER, [zonalProvisioner(PROVISIONER)]).start();
    // The recorded clusters had no cloud: their load balancers stay pending.
    if (options.runtime !== 'kwok') {
      new ControllerManager(context, CLOUD, [serviceLoadBalancerController]).start();
    }
    this.scheduler.start();
    this.createNodes();
    this.compactRegularly();
  }

  /** Virtual milliseconds since the cluster was created. */
  get now(): number {
    return this.clock.now;
  }

  /** Lets virtual time pass. */
  advance(ms: number): void {
    this.clock.runUntil(this.clock.now + ms);
  }

  /**
   * Lets virtual time pass until the condition holds, looking after each instant in which
   * something was written.
   * @returns whether it came to hold within that time; time stands at that instant, or at its end
   */
  runUntil(condition: () => boolean, withinMs: number): boolean {
    const end = this.clock.now + withinMs;
    let seen = -1;
    for (;;) {
      const next = this.clock.nextAt();
      const instantIsOver = next === undefined || next > this.clock.now;
      if (instantIsOver && this.api.store.revision !== seen) {
        seen = this.api.store.revision;
        if (condition()) return true;
      }
      if (next === undefined || next > end) break;
      this.clock.step();
    }
    this.clock.runUntil(end);
    return condition();
  }

  private createNodes(): void {
    this.nodes.forEach((plan, index) => {
      this.api.create(bootstrapper, 'nodes', undefined, nodeObject(plan, index));
      this.agents.join(plan, index);
    });
  }

  /** The machines and the network, for faults. */
  private world(context: ProcessContext): World {
    const { agents, network, api } = this;
    return {
      clock: this.clock,
      random: this.random.fork('chaos'),
      trace: this.trace,
      client: clientOf(context, 'chaos', 0),
      network: network.faults,
      nodes: this.nodes,
      crashNode: (node) => {
        agents.crash(node);
        network.faults.setDown(node, true);
      },
      recoverNode: (node) => {
        network.faults.setDown(node, false);
        agents.recover(node);
      },
      cutOffKubelet: (node) => agents.disconnect(node),
      reconnectKubelet: (node) => agents.reconnect(node),
      killContainers: (namespace, name) => {
        const pod = api.get('pods', namespace, name);
        agents.killContainers(pod.metadata.uid);
      },
    };
  }

  private connectNetwork(context: ProcessContext): Network {
    const zones = new Map(this.nodes.map(({ name, zone }) => [name, zone]));
    const processes = new PodProcesses(this.api, this.agents.processes, (node) => zones.get(node));
    const client = clientOf(context, 'kube-proxy', context.latencies.nodeWatchMs);
    const { proxyMode } = this.options;
    return new Network({
      client,
      random: this.random,
      processes,
      ...(proxyMode === undefined ? {} : { proxyMode }),
    });
  }

  private startMetrics(context: ProcessContext): MetricsServer {
    const client = clientOf(context, 'metrics-server', context.latencies.controllersMs);
    const metrics = new MetricsServer(client, this.agents, this.options.runtime === 'kwok');
    if (this.options.metricsServer === false) return metrics;
    this.api.aggregate(podMetricsKind, { list: () => metrics.listPods() });
    this.api.aggregate(nodeMetricsKind, { list: () => metrics.listNodes() });
    return metrics;
  }

  private compactRegularly(): void {
    const timer = this.clock.timer<number>('kube-apiserver: compaction', (revision) => {
      this.api.store.compact(revision);
      timer.after(COMPACTION_MS, this.api.store.revision);
    });
    timer.after(COMPACTION_MS, 0);
  }
}
