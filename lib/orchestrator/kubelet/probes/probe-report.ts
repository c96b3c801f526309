/** What a kubelet tells of a probe: a fact in the trace, and an event if the answer is not good. */
import type { ProbeAnswer, ProbeKind } from '../container-runtime';
import { containerReference, type KubeletContext } from '../kubelet-context';
import type { ContainerRecord, PodRecord } from '../pods/pod-record';

/** In the trace: one probe and what it got. Successes of a settled container are not probed. */
export interface ProbeFact {
  readonly type: 'probe';
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly probe: ProbeKind;
  readonly result: ProbeAnswer['result'];
  readonly output: string;
}

const LABELS = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' } as const;

/** Whom a probe asked, and for what. */
export interface Probed {
  readonly record: PodRecord;
  readonly container: ContainerRecord;
  readonly kind: ProbeKind;
}

export function reportProbe(
  { trace, clock, recorder, nodeName }: KubeletContext,
  { record, container, kind }: Probed,
  { result, output }: Pick<ProbeAnswer, 'result' | 'output'>,
): void {
  const { namespace, name } = record.pod.metadata;
  const fact: ProbeFact = {
    type: 'probe',
    namespace,
    pod: name,
    container: container.spec.name,
    probe: kind,
    result,
    output,
  };
  clock.cause = trace.append(`kubelet/${nodeName}`, fact);
  if (result === 'success') return;
  const said = result === 'failure' ? 'failed' : 'errored and resulted in unknown state';
  const message = `${LABELS[kind]} probe ${said}: ${output}`;
  recorder.event(containerReference(record, container), 'Warning', 'Unhealthy', message);
}
