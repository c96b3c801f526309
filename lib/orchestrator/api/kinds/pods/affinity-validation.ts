/** Validation of where pods may and may not go together: node affinity and pod (anti-)affinity. */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, required } from '../../field-error';
import type { LabelSelector } from '../../label-selector';
import { validateLabelSelector } from '../../label-selector';
import { isDns1123Label, isDns1123Subdomain, isLabelValue } from '../../name-formats';
import { invalidFor, qualifiedNameErrors } from '../fields/field-validation';
import type {
  DraftAffinity,
  DraftNodeAffinity,
  DraftNodeRequirement,
  DraftNodeTerm,
  DraftPodAffinity,
  DraftPodAffinityTerm,
} from './pod-spec-draft';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const NOT_AN_OPERATOR = 'not a valid selector operator';

export function affinityErrors(affinity: DraftAffinity | undefined, path: string): FieldError[] {
  if (affinity === undefined || affinity === null) return [];
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  return [
    ...(nodeAffinity ? nodeAffinityErrors(nodeAffinity, `${path}.nodeAffinity`) : []),
    ...(podAffinity ? podAffinityErrors(podAffinity, `${path}.podAffinity`) : []),
    ...(podAntiAffinity ? podAffinityErrors(podAntiAffinity, `${path}.podAntiAffinity`) : []),
  ];
}

function nodeAffinityErrors(affinity: DraftNodeAffinity, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const selector = affinity[REQUIRED];
  if (selector) {
    errors.push(...nodeSelectorErrors(selector.nodeSelectorTerms ?? [], `${path}.${REQUIRED}`));
  }
  (affinity[PREFERRED] ?? []).forEach(({ weight, preference }, index) => {
    const field = `${path}.${PREFERRED}[${index}]`;
    errors.push(...weightErrors(weight, `${field}.weight`));
    errors.push(...nodeTermErrors(preference ?? {}, true, `${field}.preference`));
  });
  return errors;
}

/** The terms of a node selector, also those of a PersistentVolume. */
export function nodeSelectorErrors(terms: readonly DraftNodeTerm[], path: string): FieldError[] {
  const field = `${path}.nodeSelectorTerms`;
  if (terms.length === 0) return [required(field, 'must have at least one node selector term')];
  return terms.flatMap((term, index) => nodeTermErrors(term, false, `${field}[${index}]`));
}

function nodeTermErrors(term: DraftNodeTerm, anyValue: boolean, path: string): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((requirement, index) =>
      nodeRequirementErrors(requirement, anyValue, `${path}.matchExpressions[${index}]`),
    ),
    ...(term.matchFields ?? []).flatMap((requirement, index) =>
      nodeFieldErrors(requirement, `${path}.matchFields[${index}]`),
    ),
  ];
}

function nodeRequirementErrors(
  requirement: DraftNodeRequirement,
  anyValue: boolean,
  path: string,
): FieldError[] {
  const { key = '', operator = '', values = [] } = requirement;
  const errors: FieldError[] = [];
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) break;
      errors.push(
        required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"),
      );
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) break;
      errors.push(
        forbidden(
          `${path}.values`,
          "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
      );
      break;
    case 'Gt':
    case 'Lt':
      if (values.length === 1) break;
      errors.push(
        required(
          `${path}.values`,
          "must be specified single value when `operator` is 'Lt' or 'Gt'",
        ),
      );
      break;
    default:
      errors.push(invalid(`${path}.operator`, operator, NOT_AN_OPERATOR));
  }
  errors.push(...qualifiedNameErrors(key, `${path}.key`));
  if (anyValue) return errors;
  values.forEach((value, index) => {
    errors.push(...invalidFor(`${path}.values[${index}]`, value, isLabelValue(value)));
  });
  return errors;
}

function nodeFieldErrors(requirement: DraftNodeRequirement, path: string): FieldError[] {
  const { key = '', operator = '', values = [] } = requirement;
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(`${path}.operator`, operator, NOT_AN_OPERATOR));
  } else if (values.length !== 1) {
    const why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${path}.values`, why));
  }
  if (key !== 'metadata.name') {
    return [...errors, invalid(`${path}.key`, key, 'not a valid field selector key')];
  }
  values.forEach((value, index) => {
    errors.push(...invalidFor(`${path}.values[${index}]`, value, isDns1123Subdomain(value)));
  });
  return errors;
}

function podAffinityErrors(affinity: DraftPodAffinity, path: string): FieldError[] {
  const errors: FieldError[] = [];
  (affinity[REQUIRED] ?? []).forEach((term, index) => {
    errors.push(...podTermErrors(term, `${path}.${REQUIRED}[${index}]`));
  });
  (affinity[PREFERRED] ?? []).forEach(({ weight, podAffinityTerm }, index) => {
    const field = `${path}.${PREFERRED}[${index}]`;
    errors.push(...weightErrors(weight, `${field}.weight`));
    errors.push(...podTermErrors(podAffinityTerm ?? {}, `${field}.podAffinityTerm`));
  });
  return errors;
}

const weightErrors = (weight = 0, field: string): FieldError[] =>
  weight >= 1 && weight <= 100 ? [] : [invalid(field, weight, 'must be in the range 1-100')];

function podTermErrors(term: DraftPodAffinityTerm, path: string): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term;
  const errors = [
    ...validateLabelSelector(labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
  ];
  for (const namespace of namespaces) {
    errors.push(...invalidFor(`${path}.namespace`, namespace, isDns1123Label(namespace)));
  }
  const { matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  errors.push(...labelKeysErrors(matchLabelKeys, mismatchLabelKeys, labelSelector, path));
  if (topologyKey === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  return [...errors, ...qualifiedNameErrors(topologyKey, `${path}.topologyKey`)];
}

/** Keys whose values are taken from the pod itself, for affinity and for spread constraints. */
export function labelKeysErrors(
  match: readonly string[],
  mismatch: readonly string[],
  selector: LabelSelector | undefined,
  path: string,
): FieldError[] {
  const errors = [
    ...keysErrors(match, selector, `${path}.matchLabelKeys`),
    ...keysErrors(mismatch, selector, `${path}.mismatchLabelKeys`),
  ];
  const selected = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    if (match.includes(key) && selected.has(key)) {
      const why = 'exists in both matchLabelKeys and labelSelector';
      errors.push(invalid(`${path}[${match.lastIndexOf(key)}]`, key, why));
    }
    selected.add(key);
  }
  match.forEach((key, index) => {
    if (!mismatch.includes(key)) return;
    const why = 'exists in both matchLabelKeys and mismatchLabelKeys';
    errors.push(invalid(`${path}.matchLabelKeys[${index}]`, key, why));
  });
  return errors;
}

function keysErrors(
  keys: readonly string[],
  selector: LabelSelector | undefined,
  path: string,
): FieldError[] {
  if (keys.length === 0) return [];
  if (!selector) return [forbidden(path, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, index) => qualifiedNameErrors(key, `${path}[${index}]`));
}
