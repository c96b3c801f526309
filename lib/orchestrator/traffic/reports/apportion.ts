/** Whole numbers for shares: the largest remainders are rounded up, so that the sum is exact. */

/** Whole numbers near `parts` whose sum is the rounded sum of `parts`; ties go to the earlier. */
export function apportion(parts: readonly number[]): number[] {
  const whole = parts.map((part) => Math.floor(part + EPSILON));
  const total = Math.round(parts.reduce((sum, part) => sum + part, 0));
  let rest = total - whole.reduce((sum, part) => sum + part, 0);
  const order = parts
    .map((part, index) => ({ index, remainder: part - whole[index]! }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of order) {
    if (rest <= 0) break;
    whole[index]!++;
    rest--;
  }
  return whole;
}

/** What arithmetic in floating point may lose on a whole number. */
const EPSILON = 1e-6;
