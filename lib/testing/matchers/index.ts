/** The matchers, by name: what `expect.extend` takes, and what their types are derived from. */
import { toBeAvailable } from './to-be-available';
import { toBeScheduled } from './to-be-scheduled';
import { toBeSpreadAcross } from './to-be-spread-across';
import { toBeUnschedulable } from './to-be-unschedulable';
import { toCompleteRollout } from './to-complete-rollout';
import { toHaveNeverHad } from './to-have-never-had';
import { toHaveNoFailures } from './to-have-no-failures';
import { toHaveResource } from './to-have-resource';
import { toHaveStayedAvailable } from './to-have-stayed-available';
import { toRecover } from './to-recover';
import { toScaleTo } from './to-scale-to';
import { toSettle } from './to-settle';
import { toStallRollout } from './to-stall-rollout';

/** All matchers by name, for any runner's `expect.extend`. */
export const matchers = {
  /** A workload: so many replicas are available, all by default; now, or `within` a time. */
  toBeAvailable,
  /** A pod, or all pods of a workload: on a node, or on that one; now, or `within` a time. */
  toBeScheduled,
  /** A workload: no `'zone'`, `'node'` or value of a node label has many pods more than another. */
  toBeSpreadAcross,
  /** A pod, or some pod of a workload: the scheduler found no node; now, or `within` a time. */
  toBeUnschedulable,
  /** A workload: all its pods come to be of the newest template and available, `within` 10 min. */
  toCompleteRollout,
  /** A workload: so many pods were never there at once since the last change. */
  toHaveNeverHad,
  /** Traffic: no request was lost up to now. */
  toHaveNoFailures,
  /** Manifests: one of that kind has at least these fields, compared with Kubernetes' meaning. */
  toHaveResource,
  /** A workload: at every instant since the last change so many pods were ready, all by default. */
  toHaveStayedAvailable,
  /** A workload: all replicas come to be ready after a fault, `within` 10 min. */
  toRecover,
  /** A workload: the number of replicas that are asked for comes to be that, `within` 10 min. */
  toScaleTo,
  /** A cluster: every workload comes to be as it should be, `within` 10 min. */
  toSettle,
  /** A Deployment: its rollout misses the progress deadline, `within` 11 min. */
  toStallRollout,
};

type Tail<A extends unknown[]> = A extends [unknown, ...infer Rest] ? Rest : never;

/** The matchers as methods of `expect(…)`. */
export type DrydockMatchers<R> = {
  [Name in keyof typeof matchers]: (...args: Tail<Parameters<(typeof matchers)[Name]>>) => R;
};
