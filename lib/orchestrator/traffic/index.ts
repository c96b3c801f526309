/** Traffic: clients of services, what became of their requests, and why some were lost. */
export { adviceFor, type LossAdvice } from './losses/loss-advice';
export { earlyMs, lateMs, type LossEntry } from './losses/loss-ledger';
export type { RequestsLostFact } from './losses/loss-books';
export { OUTCOMES, type FailedOutcome, type LossCause, type Outcome } from './losses/outcome';
export { constantRate, ramp, spike, steps, type RateShape, type RateStep } from './rate-shape';
export type { SampledRequest } from './reports/request-sample';
export { Traffic, type TrafficContext, type TrafficHandle } from './traffic';
export type { ClientSource, RetryPolicy, TrafficOptions } from './traffic-options';
export type { TrafficReport } from './reports/traffic-report';
export type { SeriesPoint } from './reports/traffic-series';
