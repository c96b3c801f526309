/**
 * A finding: something true about the app that its author would rather know now. Each names what to
 * change; a rule is one file of this folder and one line in index.ts.
 */
import type { Cluster } from '../../testing/cluster';
import type { FaultArgument } from '../arguments/fault-argument';
import type { Origin, Origins } from '../source/origins';

export interface Finding extends Origin {
  /** Stable: `DRY_ZONE_BOUND`. */
  readonly code: string;
  /** `statefulset/shop-db` */
  readonly object: string;
  /** One sentence after the object's name. */
  readonly message: string;
  /** What to change. */
  readonly remediation: string;
  /** Flags of `simulate` that show it happen. */
  readonly seeIt?: string;
}

export interface Findable {
  readonly cluster: Cluster;
  readonly origins: Origins;
  /** What was made to fail: its consequences are no findings. */
  readonly faults: readonly FaultArgument[];
}

export interface Rule {
  readonly code: string;
  find(findable: Findable): Finding[];
}
