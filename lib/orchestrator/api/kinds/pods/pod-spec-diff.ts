/** How a refused change of a pod's spec is shown: a diff of what was and what was asked for. */
import { diffOfValues } from '../fields/unified-diff';
import type { DraftPodSpec } from './pod-spec-draft';
import { printablePodSpec } from './pod-spec-print';

const HTML: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
};

/** Go's JSON escapes what HTML could take for its own. */
export function podSpecDiff(old: DraftPodSpec, spec: DraftPodSpec): string {
  const diff = diffOfValues(printablePodSpec(old), printablePodSpec(spec));
  return diff.replace(/[<>&]/g, (character) => HTML[character] ?? character);
}
