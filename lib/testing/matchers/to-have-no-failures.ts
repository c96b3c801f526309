/** `expect(traffic).toHaveNoFailures()`: no request was lost; if one was, the ledger says why. */
import { lateMs, type LossEntry } from '../../orchestrator/traffic';
import { formatInstant } from '../../report/instants';
import type { Explanation } from '../../report/why';
import { TrafficHandle } from '../traffic';
import { UsageError } from '../usage-error';
import { matcher } from './matcher';

export const toHaveNoFailures = matcher('toHaveNoFailures', (traffic: TrafficHandle) => {
  if (!(traffic instanceof TrafficHandle)) {
    throw new UsageError('expect(…).toHaveNoFailures() takes what cluster.traffic() returns.');
  }
  const report = traffic.report();
  const share = report.requests === 0 ? 0 : (100 * report.failed) / report.requests;
  return {
    pass: report.exactFailed === 0,
    expected: 'no request to fail',
    received: `${report.failed} of ${report.requests} requests failed (${share.toPrecision(2)} %)`,
    evidence: { cluster: traffic.cluster, why: () => explain(traffic) },
  };
});

function explain(traffic: TrafficHandle): Explanation | undefined {
  const losses = [...traffic.losses()].sort((a, b) => b.requests - a.requests);
  const advice = traffic.advice();
  const lines = advice.map(
    ({ cause, requests, worstMs }) =>
      `${Math.ceil(requests)} requests lost, cause: ${cause}` +
      (worstMs === undefined ? '' : `, up to ${Math.round(worstMs)} ms`),
  );
  if (lines.length === 0) return undefined;
  const details = losses.slice(0, 5).map(lossLine);
  const fix = advice[0]?.change;
  return { lines: [...lines, ...details.map((line) => `  ${line}`)], ...(fix ? { fix } : {}) };
}

function lossLine(loss: LossEntry): string {
  const late = lateMs(loss);
  const by =
    late === undefined ? '' : `, the proxy of ${loss.node} was ${Math.round(late)} ms late`;
  const span = `${formatInstant(loss.from)} to ${formatInstant(loss.to)}`;
  return `${loss.podKey ?? 'no endpoint'}  ${loss.outcome} from ${span} (${Math.ceil(loss.requests)})${by}`;
}
