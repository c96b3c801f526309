/**
 * Validation of pod templates inside workloads, and of the selectors that must match them. Stands
 * for ValidatePodTemplateSpec and its variants per workload.
 */
import type { FieldError } from '../../field-error';
import { forbidden, invalid } from '../../field-error';
import type { LabelSelector } from '../../label-selector';
import { compileSelector } from '../../label-selector';
import { validateAnnotations, validateLabels } from '../../name-formats';
import { printableMap } from '../fields/field-checks';
import { notSupportedInOrder } from '../fields/field-validation';
import { podAnnotationErrors, profileAgreementErrors } from './pod-annotation-validation';
import type { DraftPodTemplate } from './pod-spec-draft';
import { podSpecErrors } from './pod-spec-validation';

export function podTemplateErrors(template: DraftPodTemplate, path: string): FieldError[] {
  const { metadata = {}, spec = {} } = template;
  const errors = [
    ...validateLabels(metadata.labels, `${path}.labels`),
    ...validateAnnotations(metadata.annotations, `${path}.annotations`),
    ...podAnnotationErrors(metadata.annotations, spec, `${path}.annotations`),
    ...podSpecErrors(spec, `${path}.spec`),
    ...profileAgreementErrors(metadata.annotations, spec, `${path}.spec`),
  ];
  if ((spec.ephemeralContainers ?? []).length > 0) {
    const why = 'ephemeral containers not allowed in pod template';
    errors.push(forbidden(`${path}.spec.ephemeralContainers`, why));
  }
  return errors;
}

/** What the workload's selector selects must be what its template makes. */
export function selectorMatchErrors(
  selector: LabelSelector | undefined,
  template: DraftPodTemplate,
  path: string,
): FieldError[] {
  const labels = template.metadata?.labels;
  if (compileSelector(selector)(labels)) return [];
  const why = '`selector` does not match template `labels`';
  return [invalid(`${path}.metadata.labels`, printableMap(labels), why)];
}

/** Pods of a controller that replaces them always restart, and have no deadline. */
export function alwaysRunningErrors(
  template: DraftPodTemplate,
  owner: string,
  path: string,
): FieldError[] {
  const { restartPolicy = '', activeDeadlineSeconds } = template.spec ?? {};
  const errors: FieldError[] = [];
  if (restartPolicy !== 'Always') {
    errors.push(notSupportedInOrder(`${path}.spec.restartPolicy`, restartPolicy, ['Always']));
  }
  if (typeof activeDeadlineSeconds === 'number') {
    const why = `activeDeadlineSeconds in ${owner} is not Supported`;
    errors.push(forbidden(`${path}.spec.activeDeadlineSeconds`, why));
  }
  return errors;
}

export const isEmptySelector = (selector: LabelSelector): boolean =>
  Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
