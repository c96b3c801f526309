/**
 * How a Deployment replaces its pods: how many more than wanted may exist meanwhile, and how many
 * fewer than wanted may be available. One more and none fewer loses nothing and needs room for one.
 */
import { DeploymentStrategy, PercentOrAbsolute } from 'cdk8s-plus-27';
import type { Refusals } from '../refusals/refusal';

/** A number of pods, or a share of them such as `'25%'`. */
export type PodCount = number | string;

/** Bounds of a rolling update. */
export interface RollingUpdateProps {
  /**
   * Pods above the wanted number that may exist during an update; a share is rounded up.
   * @default 1
   */
  readonly maxSurge?: PodCount;
  /**
   * Pods below the wanted number that may be unavailable during an update; a share is rounded down.
   * @default 0
   */
  readonly maxUnavailable?: PodCount;
}

/** The strategy of a Deployment that replaces its pods step by step. */
export class RollingUpdate {
  /** The strategy for a Deployment of cdk8s-plus. */
  static strategy(props: RollingUpdateProps = {}): DeploymentStrategy {
    return DeploymentStrategy.rollingUpdate({
      maxSurge: toPercentOrAbsolute(props.maxSurge ?? 1),
      maxUnavailable: toPercentOrAbsolute(props.maxUnavailable ?? 0),
    });
  }

  /** Notes bounds that are no counts, and bounds under which no update could make a step. */
  static check(refusals: Refusals, props: RollingUpdateProps): void {
    const { maxSurge = 1, maxUnavailable = 0 } = props;
    refusals.note('maxSurge', maxSurge, podCountProblem(maxSurge));
    refusals.note('maxUnavailable', maxUnavailable, podCountProblem(maxUnavailable));
    refusals.require(
      !(isZero(maxSurge) && isZero(maxUnavailable)),
      'maxSurge and maxUnavailable',
      [maxSurge, maxUnavailable],
      'allowed is at most one of them at 0: an update could neither add a pod nor remove one',
    );
  }
}

/** Says what is allowed when the value is no number or share of pods. */
export function podCountProblem(count: PodCount): string | undefined {
  const valid =
    typeof count === 'number' ? Number.isInteger(count) && count >= 0 : /^\d{1,3}%$/.test(count);
  return valid ? undefined : "allowed is a whole number of pods from 0, or a share such as '25%'";
}

/** The number of pods that a count means of a total, with shares rounded up or down. */
export function podsOf(count: PodCount, total: number, round: 'up' | 'down'): number {
  if (typeof count === 'number') return count;
  const exact = (Number.parseInt(count, 10) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

function isZero(count: PodCount): boolean {
  return count === 0 || count === '0%';
}

function toPercentOrAbsolute(count: PodCount): PercentOrAbsolute {
  if (typeof count === 'number') return PercentOrAbsolute.absolute(count);
  return PercentOrAbsolute.percent(Number.parseInt(count, 10));
}
