/**
 * VolumeBinding: a pod runs only where its volumes can be used. Claims that wait for their first
 * consumer are bound to existing volumes, or have theirs made, once the pod's node is chosen.
 */
import { keyOf } from '../../../api/object';
import type { PersistentVolumeClaim, Pod } from '../../../api/objects';
import type { NodeInfo } from '../../cache/node-info';
import type { Cycle } from '../../framework/cycle';
import {
  type FilterPlugin,
  type PreBindPlugin,
  type PreBindResult,
  type PreFilterPlugin,
  type ReservePlugin,
  SKIP,
} from '../../framework/plugin';
import type { PluginContext, PluginEntry } from '../../framework/plugin-entry';
import { type Rejection, unresolvable } from '../../framework/rejection';
import { type ClusterEvent, EVENT, NODE_CHANGE } from '../../queue/cluster-event';
import { volumeAllowsNode } from './match-volume';
import { isBound, type PodClaims, podClaims, SELECTED_NODE } from './pod-claims';
import { planVolumes, type VolumePlan } from './volume-plan';

const NAME = 'VolumeBinding';
const WRONG_NODE = "node(s) didn't match PersistentVolume's node affinity";
const NO_VOLUME = "node(s) didn't find available persistent volumes to bind";
const LOST_VOLUME = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';
const UNBOUND = unresolvable(NAME, 'pod has unbound immediate PersistentVolumeClaims');
const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';

class VolumeBinding implements PreFilterPlugin, FilterPlugin, ReservePlugin, PreBindPlugin {
  readonly name = NAME;
  readonly events =
    EVENT.volumeClaim | EVENT.volume | EVENT.storageClass | EVENT.csiNode | NODE_CHANGE;
  private claims: PodClaims = { bound: [], delayed: [], immediate: [] };
  /** What is to be done for pods that were placed, by uid. */
  private readonly plans = new Map<string, VolumePlan>();
  /** The claim that each volume is promised to by those plans. */
  private readonly promised = new Map<string, string>();

  constructor(private readonly context: PluginContext) {}

  preFilter({ pod, info }: Cycle): typeof SKIP | Rejection | undefined {
    if (info.claims.length === 0) return SKIP;
    const claims = podClaims(pod, this.context.informers);
    if (typeof claims === 'string') return unresolvable(NAME, claims);
    if (claims.immediate.length > 0) return UNBOUND;
    this.claims = claims;
    return undefined;
  }

  filter(_cycle: Cycle, node: NodeInfo): Rejection | undefined {
    const reasons: string[] = [];
    const bound = this.boundProblem(node);
    if (bound === WRONG_NODE) reasons.push(bound);
    if (this.claims.delayed.length > 0 && this.plan(node) === undefined) reasons.push(NO_VOLUME);
    if (bound === LOST_VOLUME) reasons.push(bound);
    return reasons.length === 0 ? undefined : unresolvable(NAME, ...reasons);
  }

  reserve({ pod, info }: Cycle, node: NodeInfo): undefined {
    if (info.claims.length === 0 || this.claims.delayed.length === 0) return undefined;
    const plan = this.plan(node)!;
    this.plans.set(pod.metadata.uid, plan);
    for (const { claim, volume } of plan.bind) {
      this.promised.set(volume.metadata.name, keyOf(claim));
    }
    return undefined;
  }

  unreserve(pod: Pod): void {
    const plan = this.plans.get(pod.metadata.uid);
    if (plan === undefined) return;
    this.plans.delete(pod.metadata.uid);
    for (const { volume } of plan.bind) this.promised.delete(volume.metadata.name);
  }

  preBind(pod: Pod, nodeName: string, first: boolean): PreBindResult {
    const plan = this.plans.get(pod.metadata.uid);
    if (plan === undefined) return 'done';
    if (first) {
      this.write(plan, nodeName);
      return 'wait';
    }
    const state = this.progress(plan, nodeName);
    if (state === 'done') this.unreserve(pod);
    return state;
  }

  queueAgain(pod: Pod, { kind, object }: ClusterEvent): boolean {
    if (kind !== EVENT.volumeClaim) return true;
    const { namespace, name } = (object as PersistentVolumeClaim).metadata;
    if (namespace !== pod.metadata.namespace) return false;
    return this.context.cache.compile(pod).claims.includes(name);
  }

  private plan(node: NodeInfo): VolumePlan | undefined {
    return planVolumes(this.claims.delayed, node, this.context.informers, this.promised);
  }

  private boundProblem(node: NodeInfo): string | undefined {
    for (const { spec } of this.claims.bound) {
      const volume = this.context.informers.volumes.get(undefined, spec.volumeName ?? '');
      if (volume === undefined) return LOST_VOLUME;
      if (!volumeAllowsNode(volume, node)) return WRONG_NODE;
    }
    return undefined;
  }

  /** Tells the volume controllers what was decided. */
  private write({ bind, provision }: VolumePlan, nodeName: string): void {
    const { client } = this.context;
    for (const { claim, volume } of bind) {
      const { namespace, name, uid, resourceVersion } = claim.metadata;
      const { apiVersion, kind } = claim;
      client.update('persistentvolumes', {
        ...volume,
        metadata: {
          ...volume.metadata,
          annotations: { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' },
        },
        spec: {
          ...volume.spec,
          claimRef: { kind, apiVersion, namespace, name, uid, resourceVersion },
        },
      });
    }
    for (const claim of provision) {
      const annotations = { ...claim.metadata.annotations, [SELECTED_NODE]: nodeName };
      client.update('persistentvolumeclaims', {
        ...claim,
        metadata: { ...claim.metadata, annotations },
      });
    }
  }

  /** Whether the controllers have bound all claims of a plan. */
  private progress({ bind, provision }: VolumePlan, nodeName: string): PreBindResult {
    const { informers, cache } = this.context;
    const node = cache.node(nodeName);
    if (node === undefined) return failed(`error getting node info for node "${nodeName}"`);
    for (const planned of [...bind.map(({ claim }) => claim), ...provision]) {
      const { namespace, name } = planned.metadata;
      const claim = informers.claims.get(namespace, name);
      if (claim === undefined) return failed(`persistentvolumeclaim "${name}" not found`);
      if (isBound(claim)) {
        const volume = informers.volumes.get(undefined, claim.spec.volumeName ?? '');
        if (volume === undefined) return 'wait';
        if (!volumeAllowsNode(volume, node)) {
          const { name: pv } = volume.metadata;
          return failed(`pv "${pv}" node affinity doesn't match node "${nodeName}": no matching`);
        }
        continue;
      }
      if (!provision.includes(planned)) return 'wait';
      const selected = claim.metadata.annotations?.[SELECTED_NODE];
      if (selected === undefined) return failed(`selectedNode annotation reset for PVC "${name}"`);
      return selected === nodeName ? 'wait' : failed(`provisioning failed for PVC "${name}"`);
    }
    return 'done';
  }
}

const failed = (why: string): PreBindResult => ({ failure: `binding volumes: ${why}` });

export const volumeBinding: PluginEntry = { create: (context) => new VolumeBinding(context) };
