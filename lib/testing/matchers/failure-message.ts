/**
 * A failure as it is read: expected, received, why, what happened, who was where when, what to
 * change, where it comes from, how to see it again. At most some 40 lines.
 */
import { formatLanes } from '../../report/lanes';
import { podHistories } from '../../report/pod-history';
import { formatTimeline, timelineOf } from '../../report/timeline';
import type { Pod } from '../../orchestrator/api/objects';
import type { Evidence, Verdict } from './verdict';

const TIMELINE_LINES = 14;
const LANES = 8;

export interface Failure {
  readonly name: string;
  readonly received: string;
  readonly args: readonly unknown[];
  readonly isNot: boolean;
  readonly verdict: Verdict;
}

export function failureMessage({ name, received, args, isNot, verdict }: Failure): string {
  const call = `expect(${received})${isNot ? '.not' : ''}.${name}(${args.map(printArgument).join(', ')})`;
  const lines = [
    call,
    '',
    `Expected  ${isNot ? 'not: ' : ''}${verdict.expected}`,
    `Received  ${verdict.received}`,
  ];
  const { evidence } = verdict;
  if (evidence !== undefined && !isNot) lines.push(...evidenceLines(evidence));
  return lines.join('\n');
}

function evidenceLines(evidence: Evidence): string[] {
  const { cluster, handle } = evidence;
  const since = evidence.since ?? cluster.lastChangeAt;
  const explanation = evidence.why?.();
  const lines: string[] = [];
  if (explanation !== undefined) {
    const [first = '', ...rest] = explanation.lines;
    lines.push('', `Why       ${first}`, ...rest.map((line) => `          ${line}`));
  }
  const happenings = timelineLines(evidence, since);
  if (happenings.length > 0) {
    const seed = cluster.options.seed ?? 1;
    lines.push('', `Timeline  (virtual, since the last change; seed ${seed})`, ...happenings);
  }
  const lanes =
    evidence.concerns === undefined ? [] : laneLines(evidence, evidence.concerns, since);
  if (lanes.length > 0) lines.push('', ...lanes);
  lines.push('');
  if (explanation?.fix !== undefined) lines.push(`Fix       ${explanation.fix}`);
  const origin = handle === undefined ? {} : originOf(handle, cluster);
  const where = [origin.construct && `construct ${origin.construct}`, origin.file].filter(Boolean);
  if (where.length > 0) lines.push(`Where     ${where.join('  ·  ')}`);
  lines.push(
    `Replay    Cluster.create({ seed: ${JSON.stringify(cluster.options.seed ?? 1)} }) gives the same run`,
  );
  return lines;
}

function originOf(handle: NonNullable<Evidence['handle']>, cluster: Evidence['cluster']) {
  const object = handle.tryGet();
  return object === undefined ? {} : cluster.originOf(object);
}

function timelineLines({ cluster, concerns, handle }: Evidence, since: number): string[] {
  const { trace } = cluster.core;
  const pods =
    concerns === undefined
      ? undefined
      : new Set(podHistories(trace, concerns).map((h) => `${h.namespace}/${h.name}`));
  const entries = timelineOf(trace, {
    since,
    concerns: (kind, namespace, name) => {
      if (kind === 'Node') return true;
      if (handle !== undefined && name === handle.name && namespace === handle.namespace)
        return true;
      if (pods === undefined) return kind !== 'Event';
      return kind === 'Pod' ? pods.has(`${namespace}/${name}`) : false;
    },
  });
  return formatTimeline(entries, TIMELINE_LINES);
}

function laneLines(
  { cluster }: Evidence,
  concerns: (pod: Pod) => boolean,
  since: number,
): string[] {
  const histories = podHistories(cluster.core.trace, concerns);
  return formatLanes(histories, { from: since, to: cluster.now, limit: LANES });
}

function printArgument(argument: unknown): string {
  return JSON.stringify(argument, (_key, value: unknown) =>
    typeof value === 'function' ? `[${(value as { name: string }).name}]` : value,
  )
    .replace(/"(\w+)":/g, ' $1: ')
    .replace(/"/g, "'")
    .replace(/\{ /, '{ ')
    .replace(/\}$/, ' }');
}
