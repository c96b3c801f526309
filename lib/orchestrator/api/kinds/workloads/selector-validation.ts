/** Validation of a workload's selector, alone and against the template of its pods. */
import type { FieldError } from '../../field-error';
import { invalid, required } from '../../field-error';
import type { Draft } from '../../kind';
import type { LabelSelector } from '../../label-selector';
import { validateLabelSelector } from '../../label-selector';
import type { KubeObject } from '../../object';
import { printableSelector } from '../fields/field-checks';
import { immutableField } from '../fields/field-validation';
import type { DraftPodTemplate } from '../pods/pod-spec-draft';
import {
  alwaysRunningErrors,
  isEmptySelector,
  podTemplateErrors,
  selectorMatchErrors,
} from '../pods/pod-template-validation';

/** A workload's selector must be there, be valid, and select something. */
export function strictSelectorErrors(
  selector: LabelSelector | undefined,
  owner: string,
): FieldError[] {
  const field = 'spec.selector';
  if (selector === undefined || selector === null) return [required(field)];
  const errors = validateLabelSelector(selector, field);
  if (isEmptySelector(selector)) {
    errors.push(invalid(field, {}, `empty selector is invalid for ${owner}`));
  }
  return errors;
}

/** The template of ReplicaSets, also of those that a Deployment makes. */
export function replicaTemplateErrors(
  selector: LabelSelector | undefined,
  template: DraftPodTemplate,
): FieldError[] {
  if (validateLabelSelector(selector, '').length > 0) {
    return [invalid('spec.selector', printableSelector(selector), 'invalid label selector')];
  }
  return [
    ...selectorMatchErrors(selector, template, 'spec.template'),
    ...podTemplateErrors(template, 'spec.template'),
    ...alwaysRunningErrors(template, 'ReplicaSet', 'spec.template'),
  ];
}

/** A selector stays what it was when the workload was made. */
export const changedSelectorErrors = (draft: Draft, old: KubeObject): FieldError[] =>
  immutableField(
    printableSelector(selectorOf(draft)),
    printableSelector(selectorOf(old)),
    'spec.selector',
  );

const selectorOf = (object: Draft | KubeObject): LabelSelector | undefined =>
  (object as { spec?: { readonly selector?: LabelSelector } }).spec?.selector;
