/** Why a plugin turned a node (or a pod as a whole) down. */

export interface Rejection {
  readonly plugin: string;
  readonly reasons: readonly string[];
  /** Removing pods from the node would not help, so preemption does not look at it. */
  readonly unresolvable: boolean;
}

/** A rejection that preempting other pods may resolve. */
export const rejection = (plugin: string, ...reasons: string[]): Rejection => ({
  plugin,
  reasons,
  unresolvable: false,
});

/** A rejection that no preemption resolves. */
export const unresolvable = (plugin: string, ...reasons: string[]): Rejection => ({
  plugin,
  reasons,
  unresolvable: true,
});
