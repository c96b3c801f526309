/** Where the pods that remain are, as counts: which of two equal nodes it is may differ. */
import type { RecordedObject } from '../watch-record';
import type { CleanText } from './clean-text';
import type { History } from './history';
import type { PodLives } from './pod-lives';
import { conditionLines, countOf, histogramOf } from './tally';

const ZONE = 'topology.kubernetes.io/zone';

export function placementOf(
  history: History,
  lives: PodLives,
  clean: CleanText,
): Record<string, unknown> {
  const zones = zonesOf(history);
  const groups = new Map<string, RecordedObject[]>();
  for (const pod of history.remaining('Pod')) {
    const workload = lives.workloadOf(pod);
    groups.set(workload, [...(groups.get(workload) ?? []), pod]);
  }
  const placement: Record<string, unknown> = {};
  for (const [workload, pods] of groups) {
    const named = workload.startsWith('Pod ') || workload.startsWith('StatefulSet ');
    placement[workload] = {
      ...placed(pods, zones),
      ...(named ? { messages: countOf(pods.flatMap((pod) => whyWaiting(pod, clean))) } : {}),
    };
  }
  return placement;
}

function placed(
  pods: readonly RecordedObject[],
  zones: ReadonlyMap<string, string | undefined>,
): Record<string, unknown> {
  const nodes = pods.map(({ spec }) => spec?.nodeName).filter((node) => node !== undefined);
  return {
    phases: countOf(pods.map(phaseOf)),
    perZone: histogramOf(nodes.map((node) => zones.get(node))),
    perNode: histogramOf(nodes),
    qos: countOf(pods.map(({ status }) => status?.qosClass)),
    conditions: countOf(pods.flatMap(conditionLines)),
  };
}

const zonesOf = ({ latest }: History): Map<string, string | undefined> =>
  new Map(
    [...latest.values()]
      .filter(({ kind }) => kind === 'Node')
      .map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE]]),
  );

const phaseOf = ({ metadata, status }: RecordedObject): string | undefined =>
  metadata.deletionTimestamp ? 'Terminating' : status?.phase;

const whyWaiting = ({ status }: RecordedObject, clean: CleanText): string[] =>
  (status?.conditions ?? [])
    .filter(({ type, message }) => type === 'PodScheduled' && message)
    .map(({ message }) => clean(message));
