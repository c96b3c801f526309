/** What a matcher found when it looked, and what it goes by. */
import type { Pod } from '../../orchestrator/api/objects';
import type { Explanation } from '../../report/why';
import type { Cluster } from '../cluster';
import type { Handle } from '../handles/handle';

export interface Verdict {
  readonly pass: boolean;
  readonly expected: string;
  readonly received: string;
  readonly evidence?: Evidence;
}

/** What the failure message draws on besides what was expected and received. */
export interface Evidence {
  readonly cluster: Cluster;
  readonly handle?: Handle;
  /** Pods that it is about, now or before. */
  readonly concerns?: (pod: Pod) => boolean;
  /** Virtual ms from which the timeline starts. @default the test's last change */
  readonly since?: number;
  /** Worked out only for a failure. */
  readonly why?: () => Explanation | undefined;
}
