/** PodDisruptionBudget (policy/v1): how many pods evictions may take away at once. */
import type { FieldError } from '../field-error';
import { invalid } from '../field-error';
import type { IntOrString } from '../int-or-string';
import { validateAtMost100Percent, validateIntOrPercent } from '../int-or-string';
import type { LabelSelector } from '../label-selector';
import { validateLabelSelector } from '../label-selector';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject } from '../object';
import { ageCell, kind } from './define';
import { printableSelector } from './fields/field-checks';
import { nonNegativeNumber, oneOf } from './fields/field-validation';
import { conditionsErrors } from './fields/status-conditions';

interface BudgetSpec {
  readonly minAvailable?: IntOrString;
  readonly maxUnavailable?: IntOrString;
  readonly selector?: LabelSelector;
  readonly unhealthyPodEvictionPolicy?: string;
}

const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;

const specOf = (object: unknown): BudgetSpec => (object as { spec?: BudgetSpec }).spec ?? {};
const statusOf = (object: unknown): Readonly<Record<string, number>> =>
  (object as { status?: Record<string, number> }).status ?? {};

export const podDisruptionBudgetKind = kind({
  apiVersion: 'policy/v1',
  plural: 'poddisruptionbudgets',
  updateOrder: ['rules'],
  unconditionalUpdate: false,
  generation: 'spec',
  prepareForCreate(draft) {
    draft['spec'] ??= {};
    draft['status'] = {
      currentHealthy: 0,
      desiredHealthy: 0,
      disruptionsAllowed: 0,
      expectedPods: 0,
    };
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...specErrors(specOf(draft)),
  ],
  validateStatusUpdate: (draft) => [
    ...conditionsErrors((draft['status'] as { conditions?: [] }).conditions, 'status.conditions'),
    ...COUNTS.flatMap((name) => nonNegativeNumber(statusOf(draft)[name], `status.${name}`)),
  ],
  cells: (object: KubeObject, context) => [
    object.metadata.name,
    String(specOf(object).minAvailable ?? 'N/A'),
    String(specOf(object).maxUnavailable ?? 'N/A'),
    statusOf(object)['disruptionsAllowed'] ?? 0,
    ageCell(object.metadata.creationTimestamp, context),
  ],
});

function specErrors(spec: BudgetSpec): FieldError[] {
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = {
      MinAvailable: minAvailable,
      Selector: printableSelector(spec.selector),
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    };
    errors.push(invalid('spec', shown, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const name of ['minAvailable', 'maxUnavailable'] as const) {
    if (spec[name] === undefined) continue;
    errors.push(
      ...validateIntOrPercent(spec[name], `spec.${name}`),
      ...validateAtMost100Percent(spec[name], `spec.${name}`),
    );
  }
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  if (policy === undefined) return errors;
  const field = 'spec.unhealthyPodEvictionPolicy';
  return [...errors, ...oneOf(policy, ['AlwaysAllow', 'IfHealthyBudget'], field)];
}
