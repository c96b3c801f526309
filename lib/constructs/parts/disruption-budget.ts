/**
 * How many pods may be missing at once because somebody asked for it (a drain, an upgrade of nodes).
 * It does not hold back crashes, rolling updates or nodes that die.
 */
import { ApiObject } from 'cdk8s';
import type { Workload } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { Manifest } from '../manifest/manifest';
import { Refusals } from '../refusals/refusal';
import type { PodCount } from './rolling-update';
import { podCountProblem, podsOf } from './rolling-update';

/** Which evictions a budget allows. */
export interface DisruptionBudgetProps {
  /** The Deployment or StatefulSet whose pods it guards. */
  readonly target: Workload;
  /**
   * The number of pods the target has at least, by which a budget is judged.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Pods that may be missing at once.
   * @default 1 - unless `minAvailable` is given
   */
  readonly maxUnavailable?: PodCount;
  /**
   * Pods that must stay available, instead of `maxUnavailable`.
   * @default - none
   */
  readonly minAvailable?: PodCount;
  /**
   * Name of the object.
   * @default - the target's name
   */
  readonly name?: string;
  /**
   * Labels of the object.
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };
}

/** A PodDisruptionBudget that can always allow an eviction. */
export class DisruptionBudget extends ApiObject {
  constructor(scope: Construct, id: string, props: DisruptionBudgetProps) {
    const { target, maxUnavailable, minAvailable } = props;
    super(scope, id, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: {
        name: props.name ?? target.name,
        namespace: target.metadata.namespace,
        labels: { ...props.labels },
      },
    });
    const spec = {
      ...(minAvailable === undefined
        ? { maxUnavailable: maxUnavailable ?? 1 }
        : { maxUnavailable, minAvailable }),
      selector: { matchLabels: target.matchLabels },
      // A pod that is not ready anyway must not keep a node from being drained.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    };
    const refusals = new Refusals(this);
    DisruptionBudget.check(refusals, props);
    refusals.throwIfAny();
    Manifest.of(this).write(() => ({ spec }));
  }

  /** Notes a budget that could never allow an eviction, and one that says both of its bounds. */
  static check(
    refusals: Refusals,
    props: Omit<DisruptionBudgetProps, 'target'>,
    prefix: (prop: string) => string = (prop) => prop,
  ): void {
    const { maxUnavailable, minAvailable } = props;
    // A workload scaled to nothing has nothing to evict; its budget is judged by what comes next.
    const replicas = Math.max(1, props.replicas ?? 1);
    for (const [prop, count] of Object.entries({ maxUnavailable, minAvailable })) {
      if (count !== undefined) refusals.note(prefix(prop), count, podCountProblem(count));
    }
    if (maxUnavailable !== undefined && minAvailable !== undefined) {
      const both = prefix('maxUnavailable and minAvailable');
      refusals.require(false, both, [maxUnavailable, minAvailable], 'allowed is one of them');
    }
    // A budget rounds shares up.
    if (maxUnavailable !== undefined) {
      const allows = podsOf(maxUnavailable, replicas, 'up') > 0;
      refusals.require(
        allows,
        prefix('maxUnavailable'),
        maxUnavailable,
        'allowed is at least 1: this budget would never let a pod be evicted, nor a node be drained',
      );
    }
    if (minAvailable !== undefined) {
      const allows = podsOf(minAvailable, replicas, 'up') < replicas;
      refusals.require(
        allows,
        prefix('minAvailable'),
        minAvailable,
        `allowed is fewer than the ${replicas} replicas: ` +
          'this budget would never let a pod be evicted, nor a node be drained',
      );
    }
  }
}
