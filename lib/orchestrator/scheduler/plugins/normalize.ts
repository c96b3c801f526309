/** Kubernetes' usual way to bring scores to 0–100: in proportion to the highest. */
import { MAX_NODE_SCORE } from '../framework/plugin';

export function normalizeByMax(scores: Float64Array, count: number): void {
  const max = highest(scores, count);
  if (max === 0) return;
  for (let i = 0; i < count; i++) scores[i] = Math.trunc((MAX_NODE_SCORE * scores[i]!) / max);
}

/** The lower the better: 0 becomes 100. */
export function normalizeByMaxReversed(scores: Float64Array, count: number): void {
  const max = highest(scores, count);
  for (let i = 0; i < count; i++) {
    scores[i] =
      max === 0 ? MAX_NODE_SCORE : MAX_NODE_SCORE - Math.trunc((MAX_NODE_SCORE * scores[i]!) / max);
  }
}

function highest(scores: Float64Array, count: number): number {
  let max = 0;
  for (let i = 0; i < count; i++) if (scores[i]! > max) max = scores[i]!;
  return max;
}
