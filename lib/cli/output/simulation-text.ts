/** A simulation as text: what was assumed, what happened, what that says about the app. */
import { formatInstant } from '../../report/instants';
import type { Finding } from '../findings';
import type { Milestone } from '../simulation/milestones';
import type { SimulationOutcome, TrafficOutcome, WorkloadOutcome } from '../simulation/outcome';
import type { Origin } from '../source/origins';
import type { Paint, Signs } from '../terminal';
import { grouped } from './progress';

export interface TextStyle {
  readonly paint: Paint;
  readonly signs: Signs;
  /** Everything instead of a screenful. */
  readonly verbose: boolean;
  /** Only the verdict. */
  readonly quiet: boolean;
}

const MILESTONES = 24;
const FINDINGS = 4;
const DIPS = 5;

export function simulationText(outcome: SimulationOutcome, style: TextStyle): string {
  const verdict = verdictLines(outcome, style);
  const blocks = style.quiet
    ? [verdict]
    : [milestoneLines(outcome, style), verdict, findingLines(outcome.findings, style)];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** `3 zones × 1 node (4 CPU, 16Gi)` */
export function clusterText(
  { nodes }: Pick<SimulationOutcome, 'nodes'>,
  { signs }: TextStyle,
): string {
  const zones = new Set(nodes.map(({ zone }) => zone)).size;
  const perZone = nodes.length / zones;
  const { cpu = '4', memory = '16Gi' } = nodes[0] ?? {};
  return `${count(zones, 'zone')} ${signs.times} ${count(perZone, 'node')} (${cpu} CPU, ${memory})`;
}

function milestoneLines(outcome: SimulationOutcome, style: TextStyle): string[] {
  const { milestones, appliedAt, virtualMs, quiet } = outcome;
  const { paint, verbose } = style;
  const shown = verbose ? milestones : cut(milestones, appliedAt);
  const width = Math.min(52, Math.max(0, ...shown.map(({ who }) => who.length)));
  const lines = shown.map(({ at, who, what, detail }) => {
    if (who === '') return `  ${paint.dim(detail)}`;
    const line = `  ${formatInstant(at - appliedAt).padEnd(8)}  ${who.padEnd(width)}   `;
    return line + COLOURS[what](paint)(detail);
  });
  const end = quiet ? 'quiet: nothing left to do' : 'the time is up; not everything came to rest';
  return [...lines, `  ${formatInstant(virtualMs).padEnd(8)}  ${end}`];
}

const COLOURS: Readonly<Record<Milestone['what'], (paint: Paint) => (text: string) => string>> = {
  wanted: () => (text) => text,
  scaled: (paint) => paint.cyan,
  available: (paint) => paint.green,
  degraded: (paint) => paint.yellow,
  fault: (paint) => paint.red,
  healed: (paint) => paint.cyan,
};

/** What many workloads do alike in one line, then the beginning and the end of the rest. */
function cut(all: readonly Milestone[], appliedAt: number): readonly Milestone[] {
  if (all.length <= MILESTONES) return all;
  const wanted = all.filter(({ what }) => what === 'wanted').length;
  const milestones: Milestone[] = [
    { at: appliedAt, who: count(wanted, 'workload'), what: 'wanted', detail: 'wanted' },
    ...all.filter(({ what }) => what !== 'wanted'),
  ];
  if (milestones.length - MILESTONES <= 1) return milestones;
  const half = MILESTONES / 2;
  const between = milestones.slice(half, -half);
  // What was made to fail is the story; it is never left out.
  const faults = between.filter(({ what }) => what === 'fault' || what === 'healed');
  const detail = `... ${between.length - faults.length} more (-v shows all)`;
  const note: Milestone = { at: 0, who: '', what: 'wanted', detail };
  return [...milestones.slice(0, half), note, ...faults, ...milestones.slice(-half)];
}

function verdictLines(outcome: SimulationOutcome, style: TextStyle): string[] {
  const { workloads, traffic, trafficNote } = outcome;
  const down = workloads.filter(({ why }) => why.length > 0);
  return [
    ...(down.length === 0 ? availableLine(workloads, style) : []),
    ...down.flatMap((workload) => workloadLines(workload, style)),
    ...(outcome.milestones.some(({ what }) => what === 'fault')
      ? lowestLines(workloads, style)
      : []),
    ...traffic.flatMap((each) => trafficLines(each, style)),
    ...(trafficNote === undefined ? [] : [`  ${bad(style)} ${trafficNote}`]),
  ];
}

function availableLine(
  workloads: readonly WorkloadOutcome[],
  { paint, signs }: TextStyle,
): string[] {
  const times = workloads.flatMap(({ availableAtMs }) => availableAtMs ?? []);
  const ok = paint.green(signs.ok);
  if (workloads.length === 0)
    return [`  ${ok} everything was accepted; there are no workloads to run`];
  const by = times.length === 0 ? '' : ` by ${formatInstant(Math.max(...times))}`;
  return [`  ${ok} everything became available${by}`];
}

function workloadLines(workload: WorkloadOutcome, style: TextStyle): string[] {
  const { name, desired, available, availableAtMs, why, fix } = workload;
  const state = availableAtMs === undefined ? 'never became available' : 'is not available';
  const [first, ...details] = why;
  return [
    `  ${bad(style)} ${style.paint.bold(name)} ${state}: ${available} of ${desired}`,
    ...(first === undefined ? [] : [`      ${first}`]),
    ...details.map((line) => `      ${line}`),
    ...(fix === undefined ? [] : [`      fix: ${fix}`]),
    ...whereLine(workload, style),
  ];
}

/** What faults did to workloads that came through. */
function lowestLines(workloads: readonly WorkloadOutcome[], style: TextStyle): string[] {
  const dipped = workloads.filter(
    ({ lowestAvailable, desired, why }) =>
      why.length === 0 && lowestAvailable !== undefined && lowestAvailable < desired,
  );
  const shown = style.verbose ? dipped : dipped.slice(0, DIPS);
  const more = dipped.length - shown.length;
  const lines = shown.map(({ name, lowestAvailable, desired }) => {
    const sign =
      lowestAvailable === 0
        ? style.paint.yellow(style.signs.note)
        : style.paint.green(style.signs.ok);
    return `  ${sign} ${name} never had fewer than ${lowestAvailable} of ${desired} available`;
  });
  return more > 0 ? [...lines, `  ... and ${more} more (-v shows all)`] : lines;
}

function trafficLines({ to, rate, report, advice }: TrafficOutcome, style: TextStyle): string[] {
  const { requests, failed, byOutcome, latencyMs } = report;
  const total = grouped(requests);
  if (failed === 0) {
    return [
      `  ${style.paint.green(style.signs.ok)} ${to} answered all ${total} requests` +
        ` (${rate}, p99 ${Math.round(latencyMs.p99)}ms)`,
    ];
  }
  const kinds = Object.entries(byOutcome).filter(([kind, n]) => kind !== 'ok' && n > 0);
  const share = ((100 * failed) / requests).toPrecision(2);
  return [
    `  ${bad(style)} ${grouped(failed)} of ${total} requests to ${to} were lost (${Number(share)} %): ` +
      kinds.map(([kind, n]) => `${grouped(n)} ${kind}`).join(', '),
    ...advice.flatMap((each) => adviceLines(each)),
  ];
}

function adviceLines({ cause, requests, change }: TrafficOutcome['advice'][number]): string[] {
  const lost = Math.round(requests);
  return lost === 0 ? [] : [`      ${grouped(lost)} ${cause.replace(/-/g, ' ')}: ${change}`];
}

function findingLines(findings: readonly Finding[], style: TextStyle): string[] {
  const shown = style.verbose ? findings : findings.slice(0, FINDINGS);
  const more = findings.length - shown.length;
  const lines = shown.flatMap((finding) => [
    `  ${style.paint.yellow(style.signs.note)} ${style.paint.bold(finding.object)} ${finding.message}`,
    `      use ${finding.remediation}`,
    ...whereLine(finding, style, finding.seeIt),
  ]);
  return more > 0 ? [...lines, `  ... ${count(more, 'more finding')} (-v shows all)`] : lines;
}

function whereLine(origin: Origin, { paint, signs }: TextStyle, seeIt?: string): string[] {
  const parts = [
    origin.construct === undefined ? origin.file : `construct ${origin.construct}`,
    seeIt === undefined ? undefined : `see it: cdk8s-drydock simulate ${seeIt}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? [] : [`      ${paint.dim(parts.join(`   ${signs.dot}   `))}`];
}

const bad = ({ paint, signs }: TextStyle): string => paint.red(signs.bad);

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
