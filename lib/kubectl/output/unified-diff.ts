/** Differences between two texts in the unified format, as `diff -u` prints them. */

const CONTEXT = 3;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** The hunks, a line each; none if the texts are the same. */
export function unifiedDiff(before: string, after: string): string[] {
  const lines = script(linesOf(before), linesOf(after));
  const changed = lines.flatMap(({ sign }, i) => (sign === ' ' ? [] : [i]));
  const hunks: [number, number][] = [];
  for (const at of changed) {
    const last = hunks.at(-1);
    const end = Math.min(lines.length, at + CONTEXT + 1);
    if (last !== undefined && at - CONTEXT <= last[1]) last[1] = end;
    else hunks.push([Math.max(0, at - CONTEXT), end]);
  }
  return hunks.flatMap(([start, end]) => hunkOf(lines, start, end));
}

const linesOf = (text: string): string[] =>
  text === '' ? [] : text.replace(/\n$/, '').split('\n');

function hunkOf(lines: readonly Line[], start: number, end: number): string[] {
  const count = (from: number, to: number, without: string): number =>
    lines.slice(from, to).filter(({ sign }) => sign !== without).length;
  const range = (without: string): string => {
    const [above, length] = [count(0, start, without), count(start, end, without)];
    const first = length === 0 ? above : above + 1;
    return length === 1 ? `${first}` : `${first},${length}`;
  };
  const shown = lines.slice(start, end).map(({ sign, text }) => `${sign}${text}`);
  return [`@@ -${range('+')} +${range('-')} @@`, ...shown];
}

/** The longest common subsequence stays; what goes comes before what is new. */
function script(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const longest = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        before[i] === after[j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ sign: ' ', text: before[i++]! });
      j++;
    } else if (
      j === after.length ||
      (i < before.length && longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!)
    ) {
      lines.push({ sign: '-', text: before[i++]! });
    } else lines.push({ sign: '+', text: after[j++]! });
  }
  return lines;
}
