/** What becomes of a request, and why it was lost. */

/**
 * - `ok`: answered.
 * - `refused`: the pod answered that nobody listens.
 * - `reset`: it was being served when the process ended.
 * - `timeout`: nobody answered: the node is gone, the link is cut, the address is nobody's.
 * - `rejected`: the proxy answered that the service has no endpoints.
 * - `overload`: the pod got more than it can serve.
 * - `blocked`: a NetworkPolicy does not let it through; to the client, a timeout.
 */
export type Outcome = 'ok' | 'refused' | 'reset' | 'timeout' | 'rejected' | 'overload' | 'blocked';

export type FailedOutcome = Exclude<Outcome, 'ok'>;

export const OUTCOMES: readonly Outcome[] = [
  'ok',
  'refused',
  'reset',
  'timeout',
  'rejected',
  'overload',
  'blocked',
];

/** Why a request was lost. */
export type LossCause =
  /** The pod was going away and closed its port before the node's proxy knew. */
  | 'closed-before-removal'
  /** The pod counted as ready and its program did not listen yet. */
  | 'ready-before-listening'
  /** The program had stopped although its pod was to stay. */
  | 'program-stopped'
  /** It was in progress when the process ended. */
  | 'in-progress'
  | 'node-down'
  | 'partition'
  /** The pod was gone and the node's proxy did not know. */
  | 'pod-gone'
  | 'no-endpoints'
  /** The traffic policy is Local and the node has no endpoint. */
  | 'no-local-endpoints'
  /** The node knows of no such service or port. */
  | 'no-such-service'
  | 'over-capacity'
  | 'network-policy';

export type OutcomeCounts = Record<Outcome, number>;

export const noOutcomes = (): OutcomeCounts => ({
  ok: 0,
  refused: 0,
  reset: 0,
  timeout: 0,
  rejected: 0,
  overload: 0,
  blocked: 0,
});
