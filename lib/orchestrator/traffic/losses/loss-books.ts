/** Enters the losses of a route's members into the ledger, each with its cause. */
import type { Network } from '../../network/network';
import type { Trace } from '../../sim';
import type { EndpointState } from '../flows/endpoint-state';
import type { RoutePlan } from '../flows/route-plan';
import type { Route } from '../flows/stream';
import { LossAttribution } from './loss-attribution';
import { LossLedger, type LossEntry } from './loss-ledger';
import type { FailedOutcome } from './outcome';

/** In the trace: requests of one pod, client node and cause were lost. */
export interface RequestsLostFact extends Readonly<Omit<LossEntry, 'attempt'>> {
  readonly type: 'requests-lost';
}

export class LossBooks {
  readonly ledger = new LossLedger();
  private readonly attribution: LossAttribution;

  constructor(network: Network) {
    this.attribution = new LossAttribution(network);
  }

  /** Takes note of what an endpoint is like from now on. */
  sawState({ endpoint, outcome, podUid }: EndpointState, now: number): void {
    if (outcome !== 'ok' || endpoint === undefined) return;
    this.attribution.answered(endpoint, podUid, now, this.ledger);
  }

  /** Enters what the route's members lost in [from, to). */
  enter({ stream, members }: Route, plan: RoutePlan, from: number, to: number): void {
    const { service } = stream.target;
    for (const { state, lost } of plan.lossy) {
      const isOverload = state.outcome === 'ok';
      const { cause, closedAt } = isOverload
        ? { cause: 'over-capacity' as const, closedAt: undefined }
        : this.attribution.of(stream.target, state, from);
      for (const { origin, sentRps } of members) {
        this.ledger.add({
          service,
          source: stream.source,
          node: origin.node,
          podKey: state.podKey,
          podUid: state.podUid,
          endpointIp: state.endpoint?.ip,
          outcome: isOverload ? 'overload' : (state.outcome as FailedOutcome),
          cause,
          from,
          to,
          requests: (sentRps * lost * (to - from)) / 1000,
          attempt: stream.attempt,
          retried: stream.retried,
          closedAt,
        });
      }
    }
  }

  /** Puts windows that were not extended into the trace: they are over. */
  reportEnded(trace: Trace, now: number): void {
    if (!this.ledger.hasOpen) return;
    for (const { attempt: _, ...entry } of this.ledger.closeBefore(now)) {
      const fact: RequestsLostFact = { type: 'requests-lost', ...entry };
      trace.append('traffic', fact);
    }
  }
}
