/**
 * Validation of the metadata of workload objects on update and of their counts in the status, as
 * the generic registry and each strategy run it, one after the other.
 */
import type { FieldError } from '../../field-error';
import { invalid } from '../../field-error';
import type { Draft } from '../../kind';
import type { KubeObject } from '../../object';
import type { DraftMeta } from '../../object-meta';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../object-meta';
import { nonNegativeNumber } from '../fields/field-validation';

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];
const EXCESS = 'cannot be greater than status.replicas';

/** The registry's checks of an update and then the kind's own, which repeat some. */
export const metadataUpdateErrors = (draft: Draft, old: KubeObject): FieldError[] => [
  ...registryMetadataErrors(draft, old),
  ...kindMetadataErrors(draft, old),
];

/** What the generic registry checks before it asks the kind. */
export function registryMetadataErrors(
  draft: Draft,
  old: KubeObject,
  namespaced = true,
): FieldError[] {
  const whole = validateObjectMeta(draft.metadata, namespaced, () => []);
  return [
    // The names of finalizers are the kind's to check.
    ...whole.filter(({ field }) => !field.startsWith('metadata.finalizers[')),
    ...validateObjectMetaUpdate(draft.metadata, metaOf(old)),
  ];
}

export const kindMetadataErrors = (draft: Draft, old: KubeObject): FieldError[] => [
  ...validateObjectMetaUpdate(draft.metadata, metaOf(old)),
  ...finalizerNameErrors(draft),
];

const metaOf = (object: KubeObject): DraftMeta => object.metadata as unknown as DraftMeta;

function finalizerNameErrors(draft: Draft): FieldError[] {
  const finalizers = (draft.metadata.finalizers ?? []) as readonly string[];
  return finalizers.flatMap((name, index) => {
    if (name.includes('/') || STANDARD_FINALIZERS.includes(name)) return [];
    const why = 'name is neither a standard finalizer name nor is it fully qualified';
    return [invalid(`metadata.finalizers[${index}]`, name, why)];
  });
}

export type Counts = Readonly<Record<string, unknown>>;

export const statusOf = (object: Draft | KubeObject): Counts =>
  ((object as unknown as Counts).status ?? {}) as Counts;

/** No count of a status is negative. */
export const countErrors = (status: Counts, names: readonly string[]): FieldError[] =>
  names.flatMap((name) => nonNegativeNumber(status[name], `status.${name}`));

/** No part of the replicas is larger than the whole, and no more are available than ready. */
export function partErrors(
  status: Counts,
  parts: readonly string[],
  readyField: 'readyReplicas' | 'status.readyReplicas',
): FieldError[] {
  const count = (name: string): number => Number(status[name] ?? 0);
  const errors = parts
    .filter((name) => count(name) > count('replicas'))
    .map((name) => invalid(`status.${name}`, count(name), EXCESS));
  if (count('availableReplicas') > count('readyReplicas')) {
    const why = `cannot be greater than ${readyField}`;
    errors.push(invalid('status.availableReplicas', count('availableReplicas'), why));
  }
  return errors;
}

/** The count of hash collisions only grows. */
export function collisionErrors(status: Counts, old: Counts): FieldError[] {
  const before = old.collisionCount;
  const now = status.collisionCount;
  if (typeof before !== 'number') return [];
  if (typeof now === 'number' && now >= before) return [];
  return [invalid('status.collisionCount', now ?? 0, 'cannot be decremented')];
}
