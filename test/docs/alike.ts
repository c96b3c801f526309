/**
 * Whether a page shows what came out. What chance decides moves a little with every change of the
 * code: names of pods, their nodes and addresses may be others, times may differ by a second, how often
 * an event came again, and counts by a fifth from 20 on. All else is compared as it is.
 */
export function isAlike(shown: string, text: string): boolean {
  const [a, b] = [shown, text].map((line) => withoutChance(line.trimEnd()));
  if (a === b) return true;
  const numbers = (line: string): string[] => line.match(NUMBER) ?? [];
  const frame = (line: string): string => line.replace(NUMBER, '#').replace(/ +/g, ' ');
  if (frame(a!) !== frame(b!)) return false;
  const others = numbers(b!);
  return numbers(a!).every((number, i) => isClose(number, others[i]!));
}

const NUMBER = /\d+(?:\.\d+)?/g;

const withoutChance = (line: string): string =>
  line
    .replace(/-[0-9a-f]{7,10}-[0-9a-z]{5}\b/g, '-<pod>')
    .replace(/\b[0-9a-f]{4}-[0-9a-z]{5}(?= )/g, '<pod>')
    .replace(/-[0-9a-f]{7,10}\b/g, '-<hash>')
    .replace(/\b[abc]-\d\b/g, '<node>')
    .replace(/\b10\.\d+\.\d+\.\d+/g, '<address>')
    .replace(/\(\d+ more times? until [^)]*\)/g, '(again)')
    .replace(/\(\d+ times\)/g, '(again)')
    .replace(/([░▒█▚])\1*/g, '$1');

function isClose(shown: string, text: string): boolean {
  const [a, b] = [Number(shown), Number(text)];
  if (shown.includes('.')) return Math.abs(a - b) <= 1;
  return a < 20 ? a === b : Math.abs(a - b) <= Math.max(1, a / 5);
}

/**
 * The shown text if it is alike, line by line, else the text itself, to be compared with it.
 * A shown line `...` stands for any number of lines.
 */
export function asShown(shown: string, text: string): string {
  const wanted = shown.trimEnd().split('\n');
  const lines = text.trimEnd().split('\n');
  let at = 0;
  let isFree = false;
  for (const line of wanted) {
    if (line.trim() === '...') {
      isFree = true;
      continue;
    }
    const found = lines.findIndex((candidate, i) => i >= at && isAlike(line, candidate));
    if (found < 0 || (found > at && !isFree)) return text;
    [at, isFree] = [found + 1, false];
  }
  return at === lines.length || isFree ? shown : text;
}
