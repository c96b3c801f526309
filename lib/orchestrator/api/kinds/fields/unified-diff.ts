/**
 * The differences that the API server shows when a field may not change: a unified diff of the
 * two values as indented JSON, as Kubernetes makes it with Go's port of Python's difflib.
 */

/** Lines of context around each change. */
const CONTEXT = 3;
/** From this many lines on, lines that make up more than a hundredth are not used to align. */
const POPULAR_FROM = 200;

/** A run of lines that both texts have. */
interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

interface Change {
  readonly tag: 'equal' | 'change';
  readonly a1: number;
  readonly a2: number;
  readonly b1: number;
  readonly b2: number;
}

/** The unified diff of two values as JSON with one space of indentation; '' if they are alike. */
export function diffOfValues(before: unknown, after: unknown): string {
  return diffOfLines(linesOf(before), linesOf(after));
}

const linesOf = (value: unknown): string[] => JSON.stringify(value, undefined, 1).split('\n');

export function diffOfLines(before: readonly string[], after: readonly string[]): string {
  return groupedChanges(before, after)
    .map((group) => hunkText(group, before, after))
    .join('');
}

function hunkText(
  group: readonly Change[],
  before: readonly string[],
  after: readonly string[],
): string {
  const first = group[0] as Change;
  const last = group[group.length - 1] as Change;
  const lines = [`@@ -${range(first.a1, last.a2)} +${range(first.b1, last.b2)} @@`];
  for (const { tag, a1, a2, b1, b2 } of group) {
    if (tag === 'equal') {
      for (const line of before.slice(a1, a2)) lines.push(` ${line}`);
      continue;
    }
    for (const line of before.slice(a1, a2)) lines.push(`-${line}`);
    for (const line of after.slice(b1, b2)) lines.push(`+${line}`);
  }
  return `${lines.join('\n')}\n`;
}

function range(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}

/** Changes with a few lines around them; those that are near each other in one group. */
function groupedChanges(before: readonly string[], after: readonly string[]): Change[][] {
  const changes = changesOf(before, after);
  if (changes.every(({ tag }) => tag === 'equal')) return [];
  const groups: Change[][] = [];
  let group: Change[] = [];
  changes.forEach((change, i) => {
    let { a1, a2, b1, b2 } = change;
    if (change.tag === 'equal') {
      if (i === 0) {
        a1 = Math.max(a1, a2 - CONTEXT);
        b1 = Math.max(b1, b2 - CONTEXT);
      } else if (i === changes.length - 1) {
        a2 = Math.min(a2, a1 + CONTEXT);
        b2 = Math.min(b2, b1 + CONTEXT);
      } else if (a2 - a1 > 2 * CONTEXT) {
        group.push({ tag: 'equal', a1, a2: a1 + CONTEXT, b1, b2: b1 + CONTEXT });
        groups.push(group);
        group = [];
        a1 = a2 - CONTEXT;
        b1 = b2 - CONTEXT;
      }
    }
    group.push({ tag: change.tag, a1, a2, b1, b2 });
  });
  if (group.some(({ tag }) => tag === 'change')) groups.push(group);
  return groups;
}

function changesOf(before: readonly string[], after: readonly string[]): Change[] {
  const changes: Change[] = [];
  let a = 0;
  let b = 0;
  for (const match of [
    ...matchesOf(before, after),
    { a: before.length, b: after.length, size: 0 },
  ]) {
    if (a < match.a || b < match.b) {
      changes.push({ tag: 'change', a1: a, a2: match.a, b1: b, b2: match.b });
    }
    a = match.a + match.size;
    b = match.b + match.size;
    if (match.size > 0) changes.push({ tag: 'equal', a1: match.a, a2: a, b1: match.b, b2: b });
  }
  return changes;
}

function matchesOf(before: readonly string[], after: readonly string[]): Match[] {
  const places = placesOf(after);
  const found: Match[] = [];
  const pending = [{ a1: 0, a2: before.length, b1: 0, b2: after.length }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { a1, a2, b1, b2 } = next;
    const match = longestMatch(before, after, places, next);
    if (match.size === 0) continue;
    found.push(match);
    pending.push({ a1, a2: match.a, b1, b2: match.b });
    pending.push({ a1: match.a + match.size, a2, b1: match.b + match.size, b2 });
  }
  found.sort((x, y) => x.a - y.a || x.b - y.b);
  return joined(found);
}

function joined(matches: readonly Match[]): Match[] {
  const result: Match[] = [];
  for (const match of matches) {
    const last = result[result.length - 1];
    if (last !== undefined && last.a + last.size === match.a && last.b + last.size === match.b) {
      result[result.length - 1] = { ...last, size: last.size + match.size };
    } else {
      result.push(match);
    }
  }
  return result;
}

function placesOf(lines: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  lines.forEach((line, i) => {
    const known = places.get(line);
    if (known === undefined) places.set(line, [i]);
    else known.push(i);
  });
  if (lines.length < POPULAR_FROM) return places;
  const most = Math.floor(lines.length / 100) + 1;
  for (const [line, indexes] of places) if (indexes.length > most) places.delete(line);
  return places;
}

interface Window {
  readonly a1: number;
  readonly a2: number;
  readonly b1: number;
  readonly b2: number;
}

/** The longest run in the window, the earliest of several; popular lines only extend it. */
function longestMatch(
  before: readonly string[],
  after: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  { a1, a2, b1, b2 }: Window,
): Match {
  let a = a1;
  let b = b1;
  let size = 0;
  let lengths = new Map<number, number>();
  for (let i = a1; i < a2; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(before[i] as string) ?? []) {
      if (j < b1) continue;
      if (j >= b2) break;
      const length = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, length);
      if (length > size) {
        a = i - length + 1;
        b = j - length + 1;
        size = length;
      }
    }
    lengths = next;
  }
  while (a > a1 && b > b1 && before[a - 1] === after[b - 1]) {
    a--;
    b--;
    size++;
  }
  while (a + size < a2 && b + size < b2 && before[a + size] === after[b + size]) size++;
  return { a, b, size };
}
