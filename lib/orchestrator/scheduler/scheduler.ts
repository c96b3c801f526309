/**
 * kube-scheduler with its default profile: watches pods without a node and binds each to the best
 * one. Stands for one leading process; leader election, extenders, several profiles and the
 * client's rate limits are left out.
 */
import type { Client } from '../client';
import type { Random } from '../sim';
import { BindingCycle } from './binding-cycle';
import { SchedulerCache } from './cache/scheduler-cache';
import { NodeSearch } from './cycle/find-feasible-nodes';
import { NodeScores } from './cycle/prioritize-nodes';
import { SchedulingCycle } from './cycle/scheduling-cycle';
import { handleEvents } from './event-handlers';
import { FailureHandler } from './failure-handler';
import { Framework } from './framework/framework';
import type { PluginContext, PluginEntry } from './framework/plugin-entry';
import { schedulerInformers } from './informers';
import { PodStatusWriter } from './pod-status-writer';
import { plugins as defaultPlugins } from './plugins';
import { Nominator } from './queue/nominator';
import { SchedulingQueue } from './queue/scheduling-queue';
import { SchedulerEventRecorder } from './scheduler-event-recorder';

export interface SchedulerOptions {
  /** The process's own client; its informers are the scheduler's. */
  readonly client: Client;
  readonly random: Random;
  /** @default 'default-scheduler' */
  readonly schedulerName?: string;
  /** Milliseconds of virtual time from one pod's placing to the next's. @default 1 */
  readonly cycleMs?: number;
  /** Milliseconds of virtual time from a decision to the request that binds the pod. @default 1 */
  readonly bindMs?: number;
  /** As percentageOfNodesToScore; 0 adapts it to the cluster's size. @default 0 */
  readonly percentageOfNodesToScore?: number;
  /**
   * Which of equally good nodes is taken: the first in node order, or one by the seed.
   * @default 'first'
   */
  readonly ties?: 'first' | 'seeded';
  /** Up to how many nodes the trace keeps each node's scores and reasons. @default 50 */
  readonly detailedNodes?: number;
  /** The plugins in order. @default those of kube-scheduler's default profile */
  readonly plugins?: readonly PluginEntry[];
}

const DEFAULT_NAME = 'default-scheduler';
const DEFAULT_DETAILED_NODES = 50;

export class Scheduler {
  private cycle: SchedulingCycle | undefined;
  private binding: BindingCycle | undefined;
  private queue: SchedulingQueue | undefined;

  constructor(private readonly options: SchedulerOptions) {}

  /** Starts to watch the cluster and to place pods. */
  start(): void {
    if (this.queue !== undefined) return;
    const { options } = this;
    const { client } = options;
    const { clock, trace, component } = client;
    const schedulerName = options.schedulerName ?? DEFAULT_NAME;
    const informers = schedulerInformers(client);
    const cache = new SchedulerCache(
      (name) => informers.namespaces.get(undefined, name)?.metadata.labels,
    );
    const nominator = new Nominator();
    const recorder = new SchedulerEventRecorder(
      client,
      schedulerName,
      `${schedulerName}-control-plane`,
    );
    const statuses = new PodStatusWriter(client);
    const context: PluginContext = {
      cache,
      client,
      informers,
      nominator,
      recorder,
      statuses,
      schedulerName,
      framework: () => framework,
      reconsider: (uid) => queue.reconsider(uid),
    };
    const entries = options.plugins ?? defaultPlugins;
    const weighted = entries.map((entry) => ({
      plugin: entry.create(context),
      weight: entry.weight ?? 1,
    }));
    const plugins = weighted.map(({ plugin }) => plugin);
    const framework: Framework = new Framework(plugins, cache, nominator);
    const queue: SchedulingQueue = new SchedulingQueue(clock, component, plugins, () =>
      cycle.wake(),
    );
    const failures = new FailureHandler({ queue, nominator, recorder, statuses });
    const binding = new BindingCycle(
      { client, cache, queue, nominator, recorder, statuses, failures, framework },
      options.bindMs ?? 1,
    );
    const random = options.random.fork('kube-scheduler');
    const cycle: SchedulingCycle = new SchedulingCycle({
      clock,
      trace,
      component,
      cache,
      queue,
      nominator,
      framework,
      recorder,
      failures,
      binding,
      search: new NodeSearch(cache, framework, options.percentageOfNodesToScore ?? 0),
      scores: new NodeScores(
        weighted,
        cache.memos,
        options.ties === 'seeded' ? (count) => random.int(0, count - 1) : undefined,
      ),
      cycleMs: options.cycleMs ?? 1,
      detailedNodes: options.detailedNodes ?? DEFAULT_DETAILED_NODES,
    });
    Object.assign(this, { cycle, binding, queue });
    handleEvents({ informers, cache, queue, nominator, binding, schedulerName });
  }

  /** Ends the process: what it was about to do it does not do. */
  stop(): void {
    this.cycle?.stop();
    this.binding?.stop();
    this.queue?.stop();
    this.options.client.disconnect();
  }
}
