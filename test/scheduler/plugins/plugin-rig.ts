/** One plugin over a hand-made cluster: what it says of each node, without a scheduling loop. */
import { Client } from '../../../lib/orchestrator/client';
import type { NodeInfo } from '../../../lib/orchestrator/scheduler/cache/node-info';
import { SchedulerCache } from '../../../lib/orchestrator/scheduler/cache/scheduler-cache';
import type { Cycle } from '../../../lib/orchestrator/scheduler/framework/cycle';
import { Framework } from '../../../lib/orchestrator/scheduler/framework/framework';
import { type AnyPlugin, SKIP } from '../../../lib/orchestrator/scheduler/framework/plugin';
import type {
  PluginContext,
  PluginEntry,
} from '../../../lib/orchestrator/scheduler/framework/plugin-entry';
import { schedulerInformers } from '../../../lib/orchestrator/scheduler/informers';
import { PodStatusWriter } from '../../../lib/orchestrator/scheduler/pod-status-writer';
import { Nominator } from '../../../lib/orchestrator/scheduler/queue/nominator';
import { SchedulerEventRecorder } from '../../../lib/orchestrator/scheduler/scheduler-event-recorder';
import type { Pod } from '../../../lib/orchestrator/api/objects';
import { ControlPlane, type NodeParts, podObject, type PodParts } from '../control-plane';

export type Verdicts = Readonly<Record<string, readonly string[] | 'ok'>>;

export class PluginRig {
  readonly cluster = new ControlPlane({ schedulerName: 'nobody' });
  readonly cache: SchedulerCache;
  private readonly context: PluginContext;
  private pods = 0;

  constructor() {
    const { api, clock, trace } = this.cluster;
    const client = new Client({ api, clock, trace, component: 'kube-scheduler', watchDelayMs: 0 });
    const informers = schedulerInformers(client);
    this.cache = new SchedulerCache(
      (name) => informers.namespaces.get(undefined, name)?.metadata.labels,
    );
    const nominator = new Nominator();
    this.context = {
      cache: this.cache,
      client,
      informers,
      nominator,
      recorder: new SchedulerEventRecorder(client, 'default-scheduler', 'test'),
      statuses: new PodStatusWriter(client),
      schedulerName: 'default-scheduler',
      framework: () => new Framework([], this.cache, nominator),
      reconsider: () => undefined,
    };
  }

  node(name: string, parts: NodeParts = {}): this {
    this.cache.addNode(this.cluster.node(name, parts));
    return this;
  }

  /** The node as it is now to be, whether or not it was there before. */
  changeNode(name: string, parts: NodeParts): void {
    const { user } = this.cluster;
    if (user.tryGet('nodes', undefined, name) !== undefined) user.delete('nodes', undefined, name);
    this.cache.updateNode(this.cluster.node(name, parts));
  }

  /** A pod that runs on a node. */
  placed(nodeName: string, parts: PodParts = {}): Pod {
    const name = `placed-${this.pods++}`;
    const { namespace = 'default' } = parts;
    const pod = this.cluster.create<Pod>(
      'pods',
      namespace,
      podObject(name, { ...parts, nodeName }),
    );
    this.cache.setPod(pod);
    return pod;
  }

  /** The normalized score of each node, or 'skip'. */
  scores(entry: PluginEntry, parts: PodParts): Record<string, number> | 'skip' {
    const plugin = this.create(entry);
    const cycle = this.cycle(parts);
    const nodes = this.nodes();
    const prepared = plugin.preScore?.(cycle, nodes);
    if (prepared === SKIP) return SKIP;
    const scores = Float64Array.from(nodes, (node) =>
      typeof prepared === 'number' ? prepared : plugin.score!(cycle, node),
    );
    if (typeof prepared !== 'number') plugin.normalize?.(cycle, scores, nodes.length);
    return byName(nodes, (_node, i) => scores[i]!);
  }

  /** What the plugin says of each node; of the pod as a whole under `*`. */
  verdicts(entry: PluginEntry, parts: PodParts): Verdicts {
    const plugin = this.create(entry);
    const cycle = this.cycle(parts);
    const prepared = plugin.preFilter?.(cycle);
    const nodes = this.nodes();
    if (prepared === SKIP) return byName(nodes, () => 'ok' as const);
    if (prepared !== undefined && 'reasons' in prepared) return { '*': prepared.reasons };
    return byName(nodes, (node) => plugin.filter!(cycle, node)?.reasons ?? ('ok' as const));
  }

  create(entry: PluginEntry): AnyPlugin {
    this.cluster.run(5);
    return entry.create(this.context);
  }

  private cycle(parts: PodParts): Cycle {
    const { namespace = 'default' } = parts;
    const pod = this.cluster.create<Pod>(
      'pods',
      namespace,
      podObject(`incoming-${this.pods++}`, parts),
    );
    return { pod, info: this.cache.compile(pod) };
  }

  private nodes(): readonly NodeInfo[] {
    return this.cache.nodeList();
  }
}

function byName<T>(
  nodes: readonly NodeInfo[],
  of: (node: NodeInfo, i: number) => T,
): Record<string, T> {
  return Object.fromEntries(nodes.map((node, i) => [node.name, of(node, i)]));
}
