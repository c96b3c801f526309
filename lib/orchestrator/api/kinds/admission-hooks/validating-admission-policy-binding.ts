/**
 * ValidatingAdmissionPolicyBinding (admissionregistration.k8s.io/v1): where a policy holds. Here it
 * is kept, and no policy is run.
 */
import type { FieldError } from '../../field-error';
import { duplicate, forbidden, invalid, notSupported, required } from '../../field-error';
import { validateLabelSelector, type LabelSelector } from '../../label-selector';
import { isDns1123Subdomain, validateObjectMeta } from '../../names';
import { kind } from '../define';
import { dnsSubdomainErrors } from '../fields/field-validation';
import { plainCells } from '../plain-cells';

interface ParamRef {
  readonly name?: string;
  readonly selector?: object;
  readonly parameterNotFoundAction?: string;
}

interface Binding {
  readonly policyName?: string;
  readonly paramRef?: ParamRef;
  readonly matchResources?: {
    readonly namespaceSelector?: LabelSelector;
    readonly objectSelector?: LabelSelector;
  };
  readonly validationActions?: readonly string[];
}

const ACTIONS = ['Audit', 'Deny', 'Warn'];
const ABSENCES = ['Allow', 'Deny'];
const PLURAL = 'validatingadmissionpolicybindings';
const cells = plainCells(PLURAL);

const specOf = (object: unknown): Binding => (object as { spec?: Binding }).spec ?? {};

export const validatingAdmissionPolicyBindingKind = kind({
  apiVersion: 'admissionregistration.k8s.io/v1',
  plural: PLURAL,
  generation: 'content',
  applyDefaults(draft) {
    const spec = specOf(draft);
    if (!spec.matchResources) return;
    const usual = { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} };
    draft['spec'] = { ...spec, matchResources: { ...usual, ...spec.matchResources } };
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
    ...bindingErrors(specOf(draft)),
  ],
  ...(cells === undefined ? {} : { cells }),
});

function bindingErrors(spec: Binding): FieldError[] {
  const { policyName = '', paramRef, matchResources, validationActions = [] } = spec;
  const errors =
    policyName === ''
      ? [required('spec.policyName')]
      : dnsSubdomainErrors(policyName, 'spec.policyName');
  if (paramRef) errors.push(...paramErrors(paramRef, 'spec.paramRef'));
  for (const name of ['namespaceSelector', 'objectSelector'] as const) {
    const selector = matchResources?.[name];
    errors.push(...validateLabelSelector(selector, `spec.matchResources.${name}`));
  }
  return [...errors, ...actionErrors(validationActions, 'spec.validationActions')];
}

function paramErrors(
  { name, selector, parameterNotFoundAction: absent }: ParamRef,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (name && selector) {
    const why = 'name and selector are mutually exclusive';
    errors.push(forbidden(`${path}.name`, why), forbidden(`${path}.selector`, why));
  }
  if (!name && !selector) {
    errors.push(required(path, 'one of name or selector must be specified'));
  }
  const field = `${path}.parameterNotFoundAction`;
  if (!absent) errors.push(required(field));
  else if (!ABSENCES.includes(absent)) errors.push(notSupported(field, absent, ABSENCES));
  return errors;
}

function actionErrors(actions: readonly string[], field: string): FieldError[] {
  if (actions.length === 0) {
    return [required(field, 'at least one validation action is required')];
  }
  const errors = actions.flatMap((action, i) => [
    ...(ACTIONS.includes(action) ? [] : [notSupported(`${field}[${i}]`, action, ACTIONS)]),
    ...(actions.indexOf(action) < i ? [duplicate(`${field}[${i}]`, action)] : []),
  ]);
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const why =
      'must not contain both Deny and Warn (repeating the same validation failure information ' +
      'in the API response and headers serves no purpose)';
    errors.push(invalid(field, actions, why));
  }
  return errors;
}
