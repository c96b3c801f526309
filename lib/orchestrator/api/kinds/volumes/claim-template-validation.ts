/**
 * Validation of claims that are written inside other objects: those of a pod's
 * ephemeral volumes. Stands for ValidatePersistentVolumeClaimTemplate.
 */
import type { FieldError } from '../../field-error';
import { forbidden } from '../../field-error';
import { validateAnnotations, validateLabels } from '../../name-formats';
import type { StringMap } from '../../object';
import type { DraftClaimTemplate } from '../pods/pod-spec-draft';
import { claimSpecErrors } from './persistent-volume-claim-validation';

/** A claim template of an ephemeral volume: only labels and annotations of its metadata count. */
export function claimTemplateErrors(template: DraftClaimTemplate, path: string): FieldError[] {
  const metadata = template.metadata ?? {};
  const errors = [
    ...validateAnnotations(metadata.annotations as StringMap, `${path}.metadata.annotations`),
    ...validateLabels(metadata.labels as StringMap, `${path}.metadata.labels`),
  ];
  for (const name of Object.keys(metadata)) {
    if (name === 'annotations' || name === 'labels' || metadata[name] === null) continue;
    errors.push(forbidden(`${path}.metadata.${name}`, 'cannot be set'));
  }
  return [...errors, ...claimSpecErrors(template.spec ?? {}, `${path}.spec`)];
}
