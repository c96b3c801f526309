/**
 * The order in which an update is validated. The generic registry looks at the metadata first; each
 * kind's strategy then looks at some of it again, at what changed, and at the object as a whole.
 * What is wrong is told as often as it is found.
 */
import type { FieldError } from '../../field-error';
import type { Draft } from '../../kind';
import { validateAnnotations } from '../../names';
import type { KubeObject, StringMap } from '../../object';
import { kindMetadataErrors, registryMetadataErrors } from '../workloads/workload-metadata';

/**
 * A step of a kind's own validation of an update: `metadata` is what may not change in it and its
 * maps, `changes` the kind's `validateUpdate`, `whole` its `validate`, and `rules` that without
 * the metadata.
 */
export type UpdateStep = 'metadata' | 'changes' | 'whole' | 'rules';

export interface UpdateRules {
  readonly namespaced: boolean;
  validate?(draft: Draft): FieldError[];
  validateUpdate?(draft: Draft, old: KubeObject): FieldError[];
}

const USUAL: readonly UpdateStep[] = ['metadata', 'changes', 'rules'];

export function orderedUpdate(
  kind: UpdateRules,
  order: readonly UpdateStep[] = USUAL,
): (draft: Draft, old: KubeObject) => FieldError[] {
  return (draft, old) => [
    ...registryMetadataErrors(draft, old, kind.namespaced),
    ...order.flatMap((step) => stepErrors(kind, step, draft, old)),
  ];
}

function stepErrors(
  kind: UpdateRules,
  step: UpdateStep,
  draft: Draft,
  old: KubeObject,
): FieldError[] {
  switch (step) {
    case 'metadata':
      return kindMetadataErrors(draft, old);
    case 'changes':
      return kind.validateUpdate?.(draft, old) ?? [];
    case 'whole':
      return kind.validate?.(draft) ?? [];
    case 'rules':
      return kind.validate?.(withFaultlessMetadata(draft, old)) ?? [];
  }
}

/** The object with metadata in which nothing can be wrong. */
function withFaultlessMetadata(draft: Draft, old: KubeObject): Draft {
  const { name, namespace } = old.metadata;
  const annotations = draft.metadata['annotations'] as StringMap | undefined;
  const isFaultless = validateAnnotations(annotations, '').length === 0;
  return { ...draft, metadata: { name, namespace, ...(isFaultless ? { annotations } : {}) } };
}
