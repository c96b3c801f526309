/** A pod's row in tables: how many containers are ready, and the one word for how it is doing. */
import type { Cell, PrintContext } from '../../kind';
import type { KubeObject } from '../../object';
import type { ContainerStatus, Pod } from '../../objects';
import { isPodReady } from '../../objects';
import { parseTime } from '../../timestamps';
import { ageCell } from '../define';

interface Summary {
  readonly ready: number;
  readonly text: string;
  readonly restarts: number;
  /** When the last restarted container ended; undefined if none restarted. */
  readonly lastRestart: string | undefined;
}

/** The STATUS column: the phase, or what the containers say, or how the pod is going away. */
export const podStatusText = (pod: Pod): string => summaryOf(pod).text;

export function podCells(object: KubeObject, context: PrintContext): Cell[] {
  const pod = object as Pod;
  const { ready, text, restarts, lastRestart } = summaryOf(pod);
  const sidecars = (pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always');
  const total = pod.spec.containers.length + sidecars.length;
  const ago =
    restarts > 0 && lastRestart !== undefined ? ` (${ageCell(lastRestart, context)} ago)` : '';
  return [
    pod.metadata.name,
    `${ready}/${total}`,
    text,
    `${restarts}${ago}`,
    ageCell(pod.metadata.creationTimestamp, context),
    pod.status.podIPs?.[0]?.ip || '<none>',
    pod.spec.nodeName || '<none>',
    pod.status.nominatedNodeName || '<none>',
    readinessGatesCell(pod),
  ];
}

function readinessGatesCell(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const conditions = pod.status.conditions ?? [];
  const open = gates.filter(
    ({ conditionType }) => conditions.find((c) => c.type === conditionType)?.status === 'True',
  );
  return `${open.length}/${gates.length}`;
}

function summaryOf(pod: Pod): Summary {
  const { status, metadata } = pod;
  const init = initSummary(pod);
  const initialized = (status.conditions ?? []).some(
    (c) => c.type === 'Initialized' && c.status === 'True',
  );
  const summary =
    init.text !== undefined && !initialized
      ? { ...init, text: init.text }
      : containersSummary(pod, init.text ?? phaseText(pod), init);
  if (metadata.deletionTimestamp === undefined) return summary;
  if (status.reason === 'NodeLost') return { ...summary, text: 'Unknown' };
  const ended = status.phase === 'Succeeded' || status.phase === 'Failed';
  return ended ? summary : { ...summary, text: 'Terminating' };
}

function phaseText({ status }: Pod): string {
  const gated = (status.conditions ?? []).some(
    (c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated',
  );
  return gated ? 'SchedulingGated' : status.reason || status.phase || '';
}

interface InitSummary extends Omit<Summary, 'text'> {
  /** What the first unfinished init container says; undefined if all are through. */
  readonly text: string | undefined;
  readonly sidecarRestarts: number;
  readonly lastSidecarRestart: string | undefined;
}

function initSummary(pod: Pod): InitSummary {
  const specs = new Map((pod.spec.initContainers ?? []).map((c) => [c.name, c]));
  let [ready, restarts, sidecarRestarts] = [0, 0, 0];
  let lastRestart: string | undefined;
  let lastSidecarRestart: string | undefined;
  let text: string | undefined;
  const statuses = pod.status.initContainerStatuses ?? [];
  for (let i = 0; i < statuses.length; i++) {
    const status = statuses[i] as ContainerStatus;
    const sidecar = specs.get(status.name)?.restartPolicy === 'Always';
    restarts += status.restartCount;
    lastRestart = later(lastRestart, status);
    if (sidecar) {
      sidecarRestarts += status.restartCount;
      lastSidecarRestart = later(lastSidecarRestart, status);
    }
    if (status.state.terminated?.exitCode === 0) continue;
    if (sidecar && status.started === true) {
      if (status.ready) ready++;
      continue;
    }
    text = initText(status, i, specs.size);
    break;
  }
  return { ready, restarts, sidecarRestarts, lastRestart, lastSidecarRestart, text };
}

function initText({ state }: ContainerStatus, index: number, total: number): string {
  const { terminated, waiting } = state;
  if (terminated) return `Init:${terminatedText(terminated)}`;
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return `Init:${index}/${total}`;
}

const terminatedText = (
  terminated: NonNullable<ContainerStatus['state']['terminated']>,
): string => {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
};

/** The regular containers, from the last to the first: the first one's word wins. */
function containersSummary(pod: Pod, start: string, init: InitSummary): Summary {
  let text = start;
  let { ready, sidecarRestarts: restarts, lastSidecarRestart: lastRestart } = init;
  let running = false;
  let failure = '';
  const statuses = pod.status.containerStatuses ?? [];
  for (let i = statuses.length - 1; i >= 0; i--) {
    const status = statuses[i] as ContainerStatus;
    const { waiting, terminated } = status.state;
    restarts += status.restartCount;
    lastRestart = later(lastRestart, status);
    if (waiting?.reason) text = waiting.reason;
    else if (terminated) {
      text = terminatedText(terminated);
      if (terminated.exitCode !== 0) failure = text;
    } else if (status.ready && status.state.running) {
      running = true;
      ready++;
    }
  }
  if (text === 'Completed') {
    if (running && isPodReady(pod)) text = 'Running';
    else if (failure !== '') text = failure;
    else if (running) text = 'NotReady';
  }
  return { ready, text, restarts, lastRestart };
}

function later(last: string | undefined, status: ContainerStatus): string | undefined {
  const ended = status.lastState?.terminated?.finishedAt;
  if (ended === undefined) return last;
  return last === undefined || parseTime(last) < parseTime(ended) ? ended : last;
}
