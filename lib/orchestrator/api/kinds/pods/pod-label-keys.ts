/**
 * matchLabelKeys and mismatchLabelKeys of affinity terms and spread constraints: when a pod is
 * created, the API server writes the pod's own values of these labels into the selectors.
 */
import type { LabelSelector } from '../../label-selector';
import type { StringMap } from '../../object';
import { mapSame, withFields } from '../fields/structural-sharing';
import type { DraftPodAffinity, DraftPodAffinityTerm, DraftPodSpec } from './pod-spec-draft';

const merged = new WeakMap<DraftPodSpec, Map<string, DraftPodSpec>>();

/** The spec with the keys' values in its selectors; the same spec if it names no keys. */
export function withLabelKeys(spec: DraftPodSpec, labels: StringMap | undefined): DraftPodSpec {
  const keys = labelKeysOf(spec);
  if (keys.length === 0) return spec;
  // Pods of one controller share spec and values, so they share the result.
  const values = JSON.stringify(keys.map((key) => labels?.[key] ?? null));
  let results = merged.get(spec);
  const found = results?.get(values);
  if (found !== undefined) return found;
  if (results === undefined) merged.set(spec, (results = new Map()));
  const result = mergeKeys(spec, labels ?? {});
  results.set(values, result);
  return result;
}

function labelKeysOf(spec: DraftPodSpec): string[] {
  const keys: string[] = [];
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    for (const term of termsOf(affinity)) {
      keys.push(...(term.matchLabelKeys ?? []), ...(term.mismatchLabelKeys ?? []));
    }
  }
  for (const constraint of spec.topologySpreadConstraints ?? []) {
    keys.push(...(constraint.matchLabelKeys ?? []));
  }
  return keys;
}

const termsOf = (affinity: DraftPodAffinity | undefined): DraftPodAffinityTerm[] => [
  ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
  ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
    ({ podAffinityTerm }) => podAffinityTerm ?? {},
  ),
];

function mergeKeys(spec: DraftPodSpec, labels: StringMap): DraftPodSpec {
  const inTerm = (term: DraftPodAffinityTerm): DraftPodAffinityTerm =>
    withFields(term, {
      labelSelector: extended(
        extended(term.labelSelector, term.matchLabelKeys, 'In', labels),
        term.mismatchLabelKeys,
        'NotIn',
        labels,
      ),
    });
  const inAffinity = (affinity: DraftPodAffinity | undefined): DraftPodAffinity | undefined =>
    affinity &&
    withFields(affinity, {
      requiredDuringSchedulingIgnoredDuringExecution: mapSame(
        affinity.requiredDuringSchedulingIgnoredDuringExecution,
        inTerm,
      ),
      preferredDuringSchedulingIgnoredDuringExecution: mapSame(
        affinity.preferredDuringSchedulingIgnoredDuringExecution,
        (weighted) =>
          withFields(weighted, { podAffinityTerm: inTerm(weighted.podAffinityTerm ?? {}) }),
      ),
    });
  return withFields(spec, {
    affinity:
      spec.affinity &&
      withFields(spec.affinity, {
        podAffinity: inAffinity(spec.affinity.podAffinity),
        podAntiAffinity: inAffinity(spec.affinity.podAntiAffinity),
      }),
    topologySpreadConstraints: mapSame(spec.topologySpreadConstraints, (constraint) =>
      withFields(constraint, {
        labelSelector: extended(constraint.labelSelector, constraint.matchLabelKeys, 'In', labels),
      }),
    ),
  });
}

function extended(
  selector: LabelSelector | undefined,
  keys: readonly string[] | undefined,
  operator: 'In' | 'NotIn',
  labels: StringMap,
): LabelSelector | undefined {
  const present = (keys ?? []).filter((key) => labels[key] !== undefined);
  if (!selector || present.length === 0) return selector;
  return {
    ...selector,
    matchExpressions: [
      ...(selector.matchExpressions ?? []),
      ...present.map((key) => ({ key, operator, values: [labels[key] ?? ''] })),
    ],
  };
}
