/** Virtual time, seeded chance and the trace: what a simulation needs that has never heard of Kubernetes. */
export { Clock, cancel, type Timer } from './clock';
export type { ScheduledEvent } from './event-queue';
export { InvariantError } from './invariant-error';
export { Random } from './random';
export { Trace, type Fact, type TraceEntry } from './trace';
export { durationMs, formatDuration } from './duration';
