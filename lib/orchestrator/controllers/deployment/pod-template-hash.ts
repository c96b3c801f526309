/**
 * The label by which the ReplicaSets of a Deployment tell their pods apart, and how templates are
 * compared without it.
 */
import { semanticEqual } from '../../api/deep-equal';
import type { StringMap } from '../../api/object';
import type { PodTemplateSpec } from '../../api/objects';

export const POD_TEMPLATE_HASH = 'pod-template-hash';

const comparisons = new WeakMap<PodTemplateSpec, WeakMap<PodTemplateSpec, boolean>>();

/** Whether the templates are the same but for the hash label. */
export function equalIgnoringHash(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  if (a === b) return true;
  let known = comparisons.get(a);
  if (known === undefined) {
    known = new WeakMap();
    comparisons.set(a, known);
  }
  let equal = known.get(b);
  if (equal === undefined) {
    equal = semanticEqual(withoutHash(a), withoutHash(b));
    known.set(b, equal);
  }
  return equal;
}

export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const labels = template.metadata?.labels;
  if (labels?.[POD_TEMPLATE_HASH] === undefined) return template;
  const { [POD_TEMPLATE_HASH]: _hash, ...rest } = labels;
  return { ...template, metadata: { ...template.metadata, labels: rest } };
}

export const withHash = (labels: StringMap | undefined, hash: string): StringMap => ({
  ...labels,
  [POD_TEMPLATE_HASH]: hash,
});
