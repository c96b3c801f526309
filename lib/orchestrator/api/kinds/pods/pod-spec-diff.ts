/** How a refused change of a pod's spec is shown: a diff of what was and what was asked for. */
import { diffOfValues } from '../fields/unified-diff';
import type { DraftContainer, DraftPodSpec } from './pod-spec-draft';
import { printableEphemeralContainer, printablePodSpec } from './pod-spec-print';

const HTML: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
};

/** Go's JSON escapes what HTML could take for its own. */
export const podSpecDiff = (old: DraftPodSpec, spec: DraftPodSpec): string =>
  escapedDiff(printablePodSpec(old), printablePodSpec(spec));

export const ephemeralContainerDiff = (old: DraftContainer, next: DraftContainer): string =>
  escapedDiff(printableEphemeralContainer(old), printableEphemeralContainer(next));

const escapedDiff = (before: unknown, after: unknown): string =>
  diffOfValues(before, after).replace(/[<>&]/g, (character) => HTML[character] ?? character);
