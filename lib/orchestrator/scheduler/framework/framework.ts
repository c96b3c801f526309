/**
 * Runs the plugins of the default profile at each extension point, in the registry's order.
 * Plugins that skip themselves in preFilter or preScore are not asked again in that cycle.
 */
import type { Pod } from '../../api/objects';
import type { NodeInfo } from '../cache/node-info';
import type { NodeMemo } from '../cache/node-memos';
import type { PodInfo } from '../cache/pod-info';
import type { SchedulerCache } from '../cache/scheduler-cache';
import type { Nominator } from '../queue/nominator';
import type { Cycle } from './cycle';
import type { FailedNodes } from './failed-nodes';
import type {
  AnyPlugin,
  BindPlugin,
  FilterPlugin,
  PermitPlugin,
  PostFilterPlugin,
  PreBindPlugin,
  PreFilterPlugin,
  ReservePlugin,
} from './plugin';
import { SKIP } from './plugin';
import { type Rejection, unresolvable } from './rejection';

/** What preFilter says of a pod as a whole. */
export interface PreFilterOutcome {
  readonly rejection?: Rejection;
  /** The only nodes that can do, and what the others lack. */
  readonly only?: ReadonlySet<string>;
  readonly absent?: Rejection;
}

const ALL_NODES: PreFilterOutcome = {};
const NO_PODS: readonly PodInfo[] = [];

export class Framework {
  readonly reserves: readonly ReservePlugin[];
  readonly permits: readonly PermitPlugin[];
  readonly preBinds: readonly PreBindPlugin[];
  readonly binder: BindPlugin;
  private readonly preFilters: readonly PreFilterPlugin[];
  private readonly filters: readonly FilterPlugin[];
  private readonly postFilters: readonly PostFilterPlugin[];
  /** The filters and preparations that take part in this cycle. */
  private active: FilterPlugin[] = [];
  private prepared: PreFilterPlugin[] = [];
  /** What pods of this spec met on each node, if only the node decides. */
  private memo: NodeMemo<Rejection | undefined> | undefined;

  constructor(
    readonly plugins: readonly AnyPlugin[],
    private readonly cache: SchedulerCache,
    private readonly nominator: Nominator,
  ) {
    this.preFilters = plugins.filter((p): p is PreFilterPlugin => p.preFilter !== undefined);
    this.filters = plugins.filter((p): p is FilterPlugin => p.filter !== undefined);
    this.postFilters = plugins.filter((p): p is PostFilterPlugin => p.postFilter !== undefined);
    this.reserves = plugins.filter((p): p is ReservePlugin => p.reserve !== undefined);
    this.permits = plugins.filter((p): p is PermitPlugin => p.permit !== undefined);
    this.preBinds = plugins.filter((p): p is PreBindPlugin => p.preBind !== undefined);
    this.binder = plugins.find((p): p is BindPlugin => p.bind !== undefined)!;
  }

  preFilter(cycle: Cycle): PreFilterOutcome {
    const skipped = new Set<string>();
    const narrowing: string[] = [];
    let only: ReadonlySet<string> | undefined;
    this.prepared = [];
    for (const plugin of this.preFilters) {
      const result = plugin.preFilter(cycle);
      if (result === SKIP) {
        skipped.add(plugin.name);
        continue;
      }
      this.prepared.push(plugin);
      if (result === undefined) continue;
      if ('reasons' in result) return { rejection: result };
      const { only: here } = result;
      only = only === undefined ? here : new Set([...only].filter((name) => here.has(name)));
      narrowing.push(plugin.name);
    }
    this.active =
      skipped.size === 0
        ? [...this.filters]
        : this.filters.filter((plugin) => !skipped.has(plugin.name));
    this.memo = this.active.every(({ local }) => local === true)
      ? this.cache.memos.of(cycle.pod.spec, 'filter')
      : undefined;
    if (only === undefined) return ALL_NODES;
    const reason = `node(s) didn't satisfy plugin(s) [${narrowing.join(' ')}]`;
    return { only, absent: unresolvable(narrowing[0]!, reason) };
  }

  /** Tells plugins that pods were placed or displaced since preFilter. */
  podsMoved(cycle: Cycle): void {
    for (const plugin of this.prepared) plugin.podsMoved?.(cycle);
  }

  /** The first rejection of a node, with the pods that are nominated for it also there. */
  filter(cycle: Cycle, node: NodeInfo): Rejection | undefined {
    if (!this.nominator.isEmpty) {
      const nominated = this.nominatedBefore(cycle.info, node);
      if (nominated.length > 0) {
        const rejection = this.filterWith(cycle, node, nominated);
        if (rejection !== undefined) return rejection;
      }
    }
    return this.filterAlone(cycle, node);
  }

  /** Asks for another way to place a pod that fits nowhere. */
  postFilter(cycle: Cycle, failed: FailedNodes): { nominate?: string; message: string } {
    const messages: string[] = [];
    let cleared = false;
    for (const plugin of this.postFilters) {
      const { nominate, message, failed: broken } = plugin.postFilter(cycle, failed);
      if (nominate) return { nominate, message: '' };
      if (broken === true) return { message: message ?? '' };
      cleared ||= nominate === '';
      if (message !== undefined) messages.push(message);
    }
    return { ...(cleared ? { nominate: '' } : {}), message: messages.join(', ') };
  }

  private filterAlone(cycle: Cycle, node: NodeInfo): Rejection | undefined {
    const { memo } = this;
    if (memo === undefined) return this.firstRejection(cycle, node);
    if (memo.isKnown(node)) return memo.get(node);
    return memo.set(node, this.firstRejection(cycle, node));
  }

  private firstRejection(cycle: Cycle, node: NodeInfo): Rejection | undefined {
    const { active } = this;
    for (let i = 0; i < active.length; i++) {
      const rejection = active[i]!.filter(cycle, node);
      if (rejection !== undefined) return rejection;
    }
    return undefined;
  }

  private filterWith(
    cycle: Cycle,
    node: NodeInfo,
    pods: readonly PodInfo[],
  ): Rejection | undefined {
    for (const info of pods) this.cache.place(info, node);
    this.podsMoved(cycle);
    const rejection = this.filterAlone(cycle, node);
    for (const info of pods) this.cache.displace(info);
    this.podsMoved(cycle);
    return rejection;
  }

  /** Pods of at least this pod's priority that are to run on the node. */
  private nominatedBefore(info: PodInfo, node: NodeInfo): readonly PodInfo[] {
    const nominated = this.nominator.of(node.name);
    if (nominated.length === 0) return NO_PODS;
    const isBefore = (pod: Pod): boolean =>
      (pod.spec.priority ?? 0) >= info.priority &&
      pod.metadata.uid !== info.uid &&
      !node.pods.has(pod.metadata.uid);
    return nominated.filter(isBefore).map((pod) => this.cache.compile(pod));
  }
}
