/** What the trace keeps of each scheduling decision, for explanations. */

/** Why a number of nodes were turned down alike. */
export interface RejectedNodes {
  readonly plugin: string;
  readonly reasons: readonly string[];
  readonly count: number;
  /** The first of them by name; all, in clusters of usual size. */
  readonly nodes: readonly string[];
}

/** In the trace: the scheduler tried to place a pod. */
export interface ScheduleFact {
  readonly type: 'schedule';
  /** `namespace/name`. */
  readonly pod: string;
  readonly uid: string;
  /** The chosen node; undefined if there was none. */
  readonly node: string | undefined;
  /** The node on which preemption makes room. */
  readonly nominated?: string;
  /** What the pod's FailedScheduling event says. */
  readonly message?: string;
  readonly evaluated: number;
  readonly feasible: number;
  readonly rejected: readonly RejectedNodes[];
  /** Feasible nodes and what each plugin gave them, weighted; in small clusters only. */
  readonly scored?: {
    readonly nodes: readonly string[];
    readonly plugins: Readonly<Record<string, readonly number[]>>;
  };
}

/** In the trace: a pod is to go so that another can run. */
export interface PreemptFact {
  readonly type: 'preempt';
  readonly pod: string;
  readonly node: string;
  readonly victims: readonly string[];
}
