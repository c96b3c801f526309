/** PriorityClass (scheduling.k8s.io/v1): a name for how important pods are. */
import type { FieldError } from '../field-error';
import { forbidden, required } from '../field-error';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject } from '../object';
import { ageCell, kind } from './define';
import { immutableField, notSupportedInOrder } from './fields/field-validation';

interface PriorityClass {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

const HIGHEST_OF_USERS = 1_000_000_000;
const SYSTEM_PREFIX = 'system-';
/** The classes that every cluster has. */
const SYSTEM: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};
const POLICIES = ['PreemptLowerPriority', 'Never'];

export const priorityClassKind = kind({
  apiVersion: 'scheduling.k8s.io/v1',
  plural: 'priorityclasses',
  updateOrder: ['metadata', 'changes'],
  generation: 'spec',
  applyDefaults(draft) {
    draft['value'] ??= 0;
    draft['preemptionPolicy'] ??= 'PreemptLowerPriority';
  },
  validate(draft) {
    const { value = 0, globalDefault = false, preemptionPolicy } = draft as PriorityClass;
    const name = String(draft.metadata['name'] ?? '');
    const errors = validateObjectMeta(draft.metadata, false, isDns1123Subdomain);
    if (name.startsWith(SYSTEM_PREFIX)) {
      errors.push(...systemErrors(name, value, globalDefault));
    } else if (value > HIGHEST_OF_USERS) {
      const why = `maximum allowed value of a user defined priority is ${HIGHEST_OF_USERS}`;
      errors.push(forbidden('value', why));
    }
    if (preemptionPolicy === undefined || POLICIES.includes(preemptionPolicy)) return errors;
    if (preemptionPolicy === '') return [...errors, required('preemptionPolicy')];
    return [...errors, notSupportedInOrder('preemptionPolicy', preemptionPolicy, POLICIES)];
  },
  validateUpdate(draft, old) {
    const { value, preemptionPolicy } = old as PriorityClass;
    return [
      ...(draft['value'] === value ? [] : [forbidden('value', 'may not be changed in an update.')]),
      ...immutableField(draft['preemptionPolicy'], preemptionPolicy, 'preemptionPolicy'),
    ];
  },
  cells(object: KubeObject, context) {
    const { value = 0, globalDefault = false, preemptionPolicy = '' } = object as PriorityClass;
    const age = ageCell(object.metadata.creationTimestamp, context);
    return [object.metadata.name, value, globalDefault, age, preemptionPolicy];
  },
});

function systemErrors(name: string, value: number, globalDefault: boolean): FieldError[] {
  const known = SYSTEM[name];
  let why: string | undefined;
  if (known === undefined) why = `${name} is not a known system priority class`;
  else if (known !== value) why = `value of ${name} PriorityClass must be ${known}`;
  else if (globalDefault) why = `globalDefault of ${name} PriorityClass must be false`;
  if (why === undefined) return [];
  const reserved = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use`;
  return [forbidden('metadata.name', `${reserved} only. error: ${why}`)];
}
