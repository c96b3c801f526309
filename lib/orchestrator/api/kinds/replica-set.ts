/** ReplicaSets (apps/v1): defaulting, validation and the row in tables. */
import type { FieldError } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import type { LabelSelector } from '../label-selector';
import { formatSelectorCell } from '../label-selector';
import { isDns1123Subdomain } from '../name-formats';
import type { KubeObject } from '../object';
import { validateObjectMeta } from '../object-meta';
import type { ReplicaSet } from '../objects';
import { ageCell, kind } from './define';
import { nonNegativeNumber } from './fields/field-validation';
import { withFields } from './fields/structural-sharing';
import { defaultedTemplate } from './pods/pod-spec-defaults';
import type { DraftPodTemplate } from './pods/pod-spec-draft';
import { NO_REPLICAS, replicaStatusErrors } from './workloads/replica-status';
import {
  changedSelectorErrors,
  replicaTemplateErrors,
  strictSelectorErrors,
} from './workloads/selector-validation';
import { statusCount, templateCells } from './workloads/workload-cells';
import { metadataUpdateErrors } from './workloads/workload-metadata';
import { workloadWarnings } from './workloads/workload-warnings';

interface Spec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: LabelSelector;
  readonly template?: DraftPodTemplate;
}

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
    draft.status ??= NO_REPLICAS;
  },
  prepareForCreate(draft) {
    draft.status = NO_REPLICAS;
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...specErrors(specOf(draft)),
  ],
  validateWholeUpdate: (draft, old) => [
    ...metadataUpdateErrors(draft, old),
    ...specErrors(specOf(draft)),
    ...changedSelectorErrors(draft, old),
  ],
  validateStatusUpdate: (draft, old) => replicaStatusErrors(draft, old, ['terminatingReplicas']),
  ...workloadWarnings,
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
