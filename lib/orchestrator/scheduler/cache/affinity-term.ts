/**
 * Compiled (anti-)affinity terms: which pods a term selects, and by which topology key. Equal
 * terms of different pods are one compiled term, found by its text.
 */
import {
  compileSelector,
  type LabelMatcher,
  type LabelSelector,
  type LabelSelectorRequirement,
} from '../../api/label-selector';
import type { StringMap } from '../../api/object';
import type { Affinity, PodAffinityTerm } from '../../api/objects';

export interface AffinityTerm {
  /** Equal for terms that select the same pods by the same key. */
  readonly id: string;
  readonly topologyKey: string;
  /** Namespaces named by the term; together with those that namespaceSelector selects. */
  readonly namespaces: readonly string[];
  readonly namespaceMatches: LabelMatcher | undefined;
  readonly labelsMatch: LabelMatcher;
}

export interface WeightedTerm {
  readonly term: AffinityTerm;
  readonly weight: number;
}

export interface AffinityTerms {
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly WeightedTerm[];
  readonly preferredAntiAffinity: readonly WeightedTerm[];
  /** Equal for pods with equal terms; '' without any. */
  readonly id: string;
}

const NONE: AffinityTerms = {
  requiredAffinity: [],
  requiredAntiAffinity: [],
  preferredAffinity: [],
  preferredAntiAffinity: [],
  id: '',
};

/** The compiled terms of a pod's affinity, whose own namespace and labels complete them. */
export function affinityTerms(
  affinity: Affinity | undefined,
  namespace: string,
  labels: StringMap | undefined,
): AffinityTerms {
  const with_ = affinity?.podAffinity;
  const against = affinity?.podAntiAffinity;
  if (with_ === undefined && against === undefined) return NONE;
  const compile = (term: PodAffinityTerm): AffinityTerm => compileTerm(term, namespace, labels);
  const required = (terms: readonly PodAffinityTerm[] | undefined): AffinityTerm[] =>
    (terms ?? []).map(compile);
  const preferred = (
    terms: readonly { weight: number; podAffinityTerm: PodAffinityTerm }[] | undefined,
  ): WeightedTerm[] =>
    (terms ?? []).map(({ weight, podAffinityTerm }) => ({
      weight,
      term: compile(podAffinityTerm),
    }));
  const terms = {
    requiredAffinity: required(with_?.requiredDuringSchedulingIgnoredDuringExecution),
    requiredAntiAffinity: required(against?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: preferred(with_?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: preferred(against?.preferredDuringSchedulingIgnoredDuringExecution),
  };
  return { ...terms, id: idOf(terms) };
}

/** Whether a term selects a pod of these labels in this namespace. */
export function termSelects(
  term: AffinityTerm,
  namespace: string,
  labels: StringMap | undefined,
  namespaceLabels: (namespace: string) => StringMap | undefined,
): boolean {
  if (!term.labelsMatch(labels)) return false;
  if (term.namespaces.includes(namespace)) return true;
  return term.namespaceMatches !== undefined && term.namespaceMatches(namespaceLabels(namespace));
}

/** A selector that also asks for the pod's own values of some keys, and against those of others. */
export function withLabelKeys(
  selector: LabelSelector | null | undefined,
  labels: StringMap | undefined,
  matchKeys: readonly string[] | undefined,
  mismatchKeys: readonly string[] | undefined,
): LabelSelector | null | undefined {
  if (selector == null || (!matchKeys?.length && !mismatchKeys?.length)) return selector;
  const more: LabelSelectorRequirement[] = [];
  const require = (keys: readonly string[] | undefined, operator: string): void => {
    for (const key of keys ?? []) {
      const value = labels?.[key];
      if (value !== undefined) more.push({ key, operator, values: [value] });
    }
  };
  require(matchKeys, 'In');
  require(mismatchKeys, 'NotIn');
  if (more.length === 0) return selector;
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...more] };
}

function compileTerm(
  term: PodAffinityTerm,
  namespace: string,
  labels: StringMap | undefined,
): AffinityTerm {
  const selector = withLabelKeys(
    term.labelSelector,
    labels,
    term.matchLabelKeys,
    term.mismatchLabelKeys,
  );
  const own = !term.namespaces?.length && term.namespaceSelector == null;
  const namespaces = own ? [namespace] : [...(term.namespaces ?? [])].sort();
  return {
    id: JSON.stringify([term.topologyKey, namespaces, term.namespaceSelector ?? null, selector]),
    topologyKey: term.topologyKey,
    namespaces,
    namespaceMatches:
      term.namespaceSelector == null ? undefined : compileSelector(term.namespaceSelector),
    labelsMatch: compileSelector(selector),
  };
}

function idOf(terms: Omit<AffinityTerms, 'id'>): string {
  const ids = (list: readonly AffinityTerm[]): string => list.map((term) => term.id).join(';');
  const weighted = (list: readonly WeightedTerm[]): string =>
    list.map(({ weight, term }) => `${weight}*${term.id}`).join(';');
  return [
    ids(terms.requiredAffinity),
    ids(terms.requiredAntiAffinity),
    weighted(terms.preferredAffinity),
    weighted(terms.preferredAntiAffinity),
  ].join('|');
}
