/** Pods over time as bars, a line a pod. States differ by shape, not by colour. */
import { formatSpan } from './instants';
import { stateAt, type PodHistory, type PodState } from './pod-history';

export interface LaneOptions {
  readonly from: number;
  readonly to: number;
  /** Characters that the bars take. @default 50 */
  readonly width?: number;
  /** Only characters of ASCII. @default false */
  readonly ascii?: boolean;
  readonly limit?: number;
}

const SHAPES: Readonly<Record<PodState, readonly [string, string]>> = {
  pending: ['░', '.'],
  starting: ['▒', '-'],
  unready: ['▒', '-'],
  ready: ['█', '#'],
  terminating: ['▚', '='],
  ended: ['✗', 'x'],
  gone: [' ', ' '],
};

const WORDS: Readonly<Record<PodState, string>> = {
  pending: 'Pending',
  starting: 'starting',
  unready: 'not ready',
  ready: 'Ready',
  terminating: 'terminating',
  ended: 'ended',
  gone: 'deleted',
};

export function formatLanes(histories: readonly PodHistory[], options: LaneOptions): string[] {
  const { from, to, width = 50, ascii = false, limit = 12 } = options;
  const seen = histories.filter((h) => h.changes.some((c) => c.at <= to) && !goneBefore(h, from));
  if (seen.length === 0 || to <= from) return [];
  const shown = seen.slice(0, limit);
  const names = shown.map((h) => `${shortName(h)} ${h.pod.spec.nodeName ?? '-'}`);
  const label = Math.max(...names.map((n) => n.length));
  const axis = `  ${' '.repeat(label)}  ${axisOf(from, to, width)}`;
  const lines = shown.map((history, i) => {
    const bar = Array.from({ length: width }, (_, x) => {
      const at = from + ((x + 0.5) / width) * (to - from);
      const state = stateAt(history, at);
      return state === undefined ? ' ' : SHAPES[state][ascii ? 1 : 0];
    }).join('');
    const last = stateAt(history, to) ?? 'gone';
    return `  ${names[i]!.padEnd(label)}  ${bar}  ${WORDS[last]}`;
  });
  const more = seen.length - shown.length;
  return [axis, ...lines, ...(more > 0 ? [`  ... ${more} more pods`] : [])];
}

const goneBefore = (history: PodHistory, at: number): boolean => stateAt(history, at) === 'gone';

/** The end of a generated name tells pods apart: `7d9c-x2kq4`. */
export function shortName({ name, owner }: PodHistory): string {
  if (!owner || !name.startsWith(owner)) return name;
  const hash = owner.split('-').at(-1) ?? owner;
  return `${hash.slice(-4)}${name.slice(owner.length)}`;
}

function axisOf(from: number, to: number, width: number): string {
  const marks = [0, 0.25, 0.5, 0.75, 1];
  let line = '';
  for (const mark of marks) {
    const text = formatSpan(Math.round((to - from) * mark));
    const at = Math.min(Math.round(mark * width), width - text.length + 4);
    line = `${line.padEnd(at)}${text}`;
  }
  return line;
}
