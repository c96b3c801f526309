/**
 * How a refused change of a pod's spec is shown: a diff of what was and what was asked for.
 */
import type { DraftPodSpec } from './pod-spec-draft';

export function podSpecDiff(old: DraftPodSpec, spec: DraftPodSpec): string {
  return old === spec ? '' : '';
}
