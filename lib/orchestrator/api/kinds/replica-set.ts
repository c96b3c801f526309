/** ReplicaSets (apps/v1): defaulting, validation and the row in tables. */
import type { FieldError } from '../field-error';
import { invalid, required } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import type { LabelSelector } from '../label-selector';
import { formatSelectorCell, validateLabelSelector } from '../label-selector';
import { isDns1123Subdomain } from '../name-formats';
import type { KubeObject } from '../object';
import { validateObjectMeta } from '../object-meta';
import type { ReplicaSet } from '../objects';
import { ageCell, kind } from './define';
import { printableSelector } from './fields/field-checks';
import { immutableField, nonNegativeNumber } from './fields/field-validation';
import { defaultedTemplate } from './pods/pod-spec-defaults';
import type { DraftPodTemplate } from './pods/pod-spec-draft';
import {
  alwaysRunningErrors,
  isEmptySelector,
  podTemplateErrors,
  selectorMatchErrors,
} from './pods/pod-template-validation';
import {
  changedTemplateWarnings,
  podTemplateWarnings,
  workloadNameWarnings,
} from './pods/pod-warnings';
import { withFields } from './fields/structural-sharing';
import { statusCount, templateCells } from './workloads/workload-cells';
import {
  countErrors,
  metadataUpdateErrors,
  partErrors,
  statusOf,
} from './workloads/workload-metadata';

interface Spec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: LabelSelector;
  readonly template?: DraftPodTemplate;
}

const PARTS = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'];
const specOf = (object: Draft | KubeObject): Spec => (object as { spec?: Spec }).spec ?? {};

export const replicaSetKind: KindDefinition = kind({
  apiVersion: 'apps/v1',
  plural: 'replicasets',
  generation: 'spec',
  applyDefaults(draft) {
    const spec = specOf(draft);
    draft.spec = withFields(spec, {
      replicas: spec.replicas ?? 1,
      template: defaultedTemplate(spec.template),
    });
    draft.status ??= { replicas: 0 };
  },
  prepareForCreate(draft) {
    draft.status = { replicas: 0 };
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...specErrors(specOf(draft)),
  ],
  validateWholeUpdate: (draft, old) => [
    ...metadataUpdateErrors(draft, old),
    ...specErrors(specOf(draft)),
    ...immutableField(
      printableSelector(specOf(draft).selector),
      printableSelector(specOf(old).selector),
      'spec.selector',
    ),
  ],
  validateStatusUpdate(draft, old) {
    const status = statusOf(draft);
    return [
      ...metadataUpdateErrors(draft, old),
      ...countErrors(status, ['replicas', ...PARTS, 'observedGeneration', 'terminatingReplicas']),
      ...partErrors(status, PARTS, 'readyReplicas'),
    ];
  },
  warnings: (draft) => [
    ...workloadNameWarnings(draft),
    ...podTemplateWarnings(specOf(draft).template ?? {}, 'spec.template'),
  ],
  updateWarnings: (draft, old) =>
    changedTemplateWarnings(draft, old, specOf(draft).template, 'spec.template'),
  selectableFields: { 'status.replicas': (object) => String(statusCount(object, 'replicas')) },
  cells(object, context) {
    const { metadata, spec } = object as ReplicaSet;
    return [
      metadata.name,
      spec.replicas,
      statusCount(object, 'replicas'),
      statusCount(object, 'readyReplicas'),
      ageCell(metadata.creationTimestamp, context),
      ...templateCells(spec.template),
      formatSelectorCell(spec.selector),
    ];
  },
});

function specErrors(spec: Spec): FieldError[] {
  return [
    ...nonNegativeNumber(spec.replicas, 'spec.replicas'),
    ...nonNegativeNumber(spec.minReadySeconds, 'spec.minReadySeconds'),
    // The real server names a deployment here, too.
    ...strictSelectorErrors(spec.selector, 'deployment'),
    ...replicaTemplateErrors(spec.selector, spec.template ?? {}),
  ];
}

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
