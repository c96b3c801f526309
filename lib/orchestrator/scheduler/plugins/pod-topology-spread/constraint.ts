/** A topology spread constraint of a pod, compiled: whom it counts, by which key, on which nodes. */
import {
  compileSelector,
  formatSelector,
  type LabelMatcher,
  type LabelSelector,
} from '../../../api/label-selector';
import { requiredNodes } from '../../../api/node-selector';
import type { StringMap } from '../../../api/object';
import type { Pod, TopologySpreadConstraint } from '../../../api/objects';
import { withLabelKeys } from '../../cache/affinity-term';
import type { Counters } from '../../cache/counters';
import type { CountedPods, DomainCounter } from '../../cache/domain-counter';
import type { NodeEligibility } from '../../cache/node-eligibility';
import type { NodeInfo } from '../../cache/node-info';
import type { TopologyKey } from '../../cache/topology';
import { toleratesAll } from '../tolerates-all';

export interface SpreadConstraint {
  readonly topology: TopologyKey;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly eligibility: NodeEligibility;
  /** Matching pods on eligible nodes, by domain. */
  readonly counter: DomainCounter;
  /** As `counter`, on all nodes. */
  readonly everywhere: DomainCounter;
  /** 1 if the pod counts for its own constraint. */
  readonly self: 0 | 1;
}

/** What of the constraint a caller may decide anew. */
export interface ConstraintSource {
  readonly constraint: TopologySpreadConstraint;
  readonly selector: LabelSelector | null | undefined;
}

/** The selector of a constraint with the pod's own values for matchLabelKeys. */
export const sourceOf = (
  constraint: TopologySpreadConstraint,
  labels: StringMap | undefined,
): ConstraintSource => ({
  constraint,
  selector: withLabelKeys(constraint.labelSelector, labels, constraint.matchLabelKeys, undefined),
});

/** @param keys the keys that a node must have for its pods to count */
export function compileConstraint(
  pod: Pod,
  { constraint, selector }: ConstraintSource,
  keys: readonly string[],
  counters: Counters,
): SpreadConstraint {
  const matches = compileSelector(selector);
  const { namespace, labels } = pod.metadata;
  const { topologyKey, maxSkew, minDomains } = constraint;
  const honorsAffinity = constraint.nodeAffinityPolicy !== 'Ignore';
  const honorsTaints = constraint.nodeTaintsPolicy === 'Honor';
  const allowed = eligibleNodes(pod, keys, honorsAffinity, honorsTaints);
  const eligibility = counters.eligibility(allowed.id, allowed.test);
  const selected = selector == null ? 'none' : `${namespace}?${textOf(selector)}`;
  const counted = countedBy(namespace, matches);
  return {
    topology: counters.topology(topologyKey),
    maxSkew,
    minDomains: minDomains ?? 1,
    eligibility,
    counter: counters.counter(
      `spread ${topologyKey} ${selected} ${allowed.id}`,
      topologyKey,
      counted,
      eligibility,
    ),
    everywhere: counters.counter(`spread ${topologyKey} ${selected}`, topologyKey, counted),
    self: matches(labels) ? 1 : 0,
  };
}

/** Pods of the same namespace that match and are not on their way out. */
const countedBy =
  (namespace: string, matches: LabelMatcher) =>
  (pods: CountedPods): boolean =>
    pods.namespace === namespace && !pods.terminating && matches(pods.labels);

const texts = new WeakMap<LabelSelector, string>();

function textOf(selector: LabelSelector): string {
  let text = texts.get(selector);
  if (text === undefined) texts.set(selector, (text = formatSelector(selector)));
  return text;
}

interface Allowed {
  readonly id: string;
  readonly test: (node: NodeInfo) => boolean;
}

function eligibleNodes(
  pod: Pod,
  keys: readonly string[],
  honorsAffinity: boolean,
  honorsTaints: boolean,
): Allowed {
  const { spec } = pod;
  const affine = honorsAffinity ? requiredNodes(spec) : undefined;
  const affinityId =
    affine === undefined
      ? ''
      : JSON.stringify([
          spec.nodeSelector ?? null,
          spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? null,
        ]);
  const taintsId = honorsTaints ? `|${JSON.stringify(spec.tolerations ?? [])}` : '';
  return {
    id: `${keys.join(',')}|${affinityId}${taintsId}`,
    test: (node) => {
      for (const key of keys) if (node.labels[key] === undefined) return false;
      if (affine !== undefined && !affine(node)) return false;
      return !honorsTaints || toleratesAll(node.hardTaints, spec.tolerations);
    },
  };
}
