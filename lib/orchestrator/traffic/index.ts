/** Traffic: clients of services, what became of their requests, and why some were lost. */
export { adviceFor, type LossAdvice } from './loss-advice';
export { earlyMs, lateMs, type LossEntry } from './loss-ledger';
export type { RequestsLostFact } from './loss-books';
export { OUTCOMES, type FailedOutcome, type LossCause, type Outcome } from './outcome';
export { constantRate, ramp, spike, steps, type RateShape, type RateStep } from './rate-shape';
export type { SampledRequest } from './request-sample';
export { Traffic, type TrafficContext, type TrafficHandle } from './traffic';
export type { ClientSource, RetryPolicy, TrafficOptions } from './traffic-options';
export type { TrafficReport } from './traffic-report';
export type { SeriesPoint } from './traffic-series';
