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

export const matchers = {
  toBeAvailable,
  toBeScheduled,
  toBeSpreadAcross,
  toBeUnschedulable,
  toCompleteRollout,
  toHaveNeverHad,
  toHaveNoFailures,
  toHaveResource,
  toHaveStayedAvailable,
  toRecover,
  toScaleTo,
  toSettle,
  toStallRollout,
};

type Tail<A extends unknown[]> = A extends [unknown, ...infer Rest] ? Rest : never;

/** The matchers as methods of `expect(…)`. */
export type DrydockMatchers<R> = {
  [Name in keyof typeof matchers]: (...args: Tail<Parameters<(typeof matchers)[Name]>>) => R;
};
