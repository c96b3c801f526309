/** Events by object, reason and message, with counts where the count is not a matter of timing. */
import type { RecordedObject } from '../watch-record';
import type { CleanText } from './clean-text';
import type { History } from './history';

/** How often these come depends on when somebody looks. */
const TIMING = new Set([
  'FailedScheduling',
  'BackOff',
  'FailedGetResourceMetric',
  'FailedComputeMetricsReplicas',
  'FailedToUpdateEndpoint',
  'FailedToUpdateEndpointSlices',
  'Unhealthy',
  'FailedCreate',
  'NodeNotReady',
  'WaitForFirstConsumer',
  'FailedBinding',
  'NoPods',
  'WaitForPodScheduled',
]);
/** Said by kubelets (which recordings may lack), or only if two components race. */
const NOT_COMPARED = new Set([
  'Created',
  'Started',
  'Pulled',
  'Pulling',
  'Killing',
  'Unhealthy',
  'Starting',
  'NodeHasSufficientMemory',
  'NodeHasNoDiskPressure',
  'NodeHasSufficientPID',
  'NodeReady',
  'NodeAllocatableEnforced',
  'SuccessfulAttachVolume',
  'BackOff',
  'Failed',
  'NodeNotReady',
  'FailedToCreateEndpoint',
  'FailedToUpdateEndpoint',
  'FailedToUpdateEndpointSlices',
]);

export function eventsOf(history: History, clean: CleanText): Record<string, number | 'some'> {
  const tally = new Map<string, number>();
  for (const event of history.latest.values()) {
    if (event.kind !== 'Event') continue;
    const line = eventLine(history, clean, event);
    if (line === undefined) continue;
    const count = event.series?.count ?? event.count ?? 1;
    tally.set(line, (tally.get(line) ?? 0) + count);
  }
  return Object.fromEntries(
    [...tally].map(([line, n]) => [line, TIMING.has(line.split(' ')[1]!) ? 'some' : n]),
  );
}

function eventLine(history: History, clean: CleanText, event: RecordedObject): string | undefined {
  const { type, reason = '' } = event;
  const about = event.involvedObject ?? event.regarding;
  if (about === undefined || about.kind === 'Node' || NOT_COMPARED.has(reason)) return undefined;
  const name = history.aliasOf(about.kind, about.namespace, about.name) ?? about.name;
  const message = clean(event.message ?? event.note).replace(
    /^\(combined from similar events\): /,
    '',
  );
  return `${type} ${event.reason} ${about.kind}/${name}: ${withoutPlace(reason, message)}`;
}

/** Which node it was, and which pod came, may differ. */
function withoutPlace(reason: string, message: string): string {
  if (reason === 'Scheduled') return 'Successfully assigned';
  if (reason !== 'Preempted') return message;
  return message.replace(/on node \S+/, 'on node <node>').replace(/by pod \S+/, 'by pod <uid>');
}
