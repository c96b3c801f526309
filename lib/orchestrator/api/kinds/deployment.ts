/** Deployments (apps/v1): defaulting, validation and the row in tables. */
import type { FieldError } from '../field-error';
import { forbidden, invalid, required } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import type { LabelSelector } from '../label-selector';
import { formatSelectorCell } from '../label-selector';
import { isDns1123Subdomain } from '../name-formats';
import type { KubeObject } from '../object';
import { validateObjectMeta } from '../object-meta';
import type { Deployment } from '../objects';
import { ageCell, kind } from './define';
import { nonNegativeNumber } from './fields/field-validation';
import { withFields } from './fields/structural-sharing';
import { defaultedTemplate } from './pods/pod-spec-defaults';
import type { DraftPodTemplate } from './pods/pod-spec-draft';
import {
  defaultedStrategy,
  deploymentRollingErrors,
  unknownStrategy,
  type UpdateStrategy,
} from './workloads/rolling-update';
import {
  changedSelectorErrors,
  replicaTemplateErrors,
  strictSelectorErrors,
} from './workloads/selector-validation';
import { statusCount, templateCells } from './workloads/workload-cells';
import {
  collisionErrors,
  countErrors,
  metadataUpdateErrors,
  partErrors,
  statusOf,
} from './workloads/workload-metadata';
import { workloadWarnings } from './workloads/workload-warnings';

interface Spec {
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly template?: DraftPodTemplate;
  readonly strategy?: UpdateStrategy;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly progressDeadlineSeconds?: number;
}

const specOf = (object: Draft | KubeObject): Spec => (object as { spec?: Spec }).spec ?? {};

export const deploymentKind: KindDefinition = kind({
  apiVersion: 'apps/v1',
  plural: 'deployments',
  generation: 'spec-and-annotations',
  applyDefaults(draft) {
    const spec = specOf(draft);
    draft.spec = withFields(spec, {
      replicas: spec.replicas ?? 1,
      template: defaultedTemplate(spec.template),
      strategy: defaultedStrategy(spec.strategy ?? {}, { maxUnavailable: '25%', maxSurge: '25%' }),
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
      progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
    });
    draft.status ??= {};
  },
  prepareForCreate(draft) {
    draft.status = {};
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
  validateStatusUpdate(draft, old) {
    const status = statusOf(draft);
    const parts = ['updatedReplicas', 'readyReplicas', 'availableReplicas'];
    const counts = ['unavailableReplicas', 'terminatingReplicas', 'collisionCount'];
    return [
      ...metadataUpdateErrors(draft, old),
      ...countErrors(status, ['observedGeneration', 'replicas', ...parts, ...counts]),
      ...partErrors(status, parts, 'readyReplicas'),
      ...collisionErrors(status, statusOf(old)),
    ];
  },
  ...workloadWarnings,
  cells(object, context) {
    const { metadata, spec } = object as Deployment;
    return [
      metadata.name,
      `${statusCount(object, 'readyReplicas')}/${spec.replicas}`,
      statusCount(object, 'updatedReplicas'),
      statusCount(object, 'availableReplicas'),
      ageCell(metadata.creationTimestamp, context),
      ...templateCells(spec.template),
      formatSelectorCell(spec.selector),
    ];
  },
});

function specErrors(spec: Spec): FieldError[] {
  const { template = {}, selector, minReadySeconds = 0, progressDeadlineSeconds: deadline } = spec;
  const errors = [
    ...nonNegativeNumber(spec.replicas, 'spec.replicas'),
    ...strictSelectorErrors(selector, 'deployment'),
    ...replicaTemplateErrors(selector, template),
    ...strategyErrors(spec.strategy ?? {}),
    ...nonNegativeNumber(minReadySeconds, 'spec.minReadySeconds'),
    ...nonNegativeNumber(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
  if (typeof deadline !== 'number') return errors;
  const field = 'spec.progressDeadlineSeconds';
  errors.push(...nonNegativeNumber(deadline, field));
  if (deadline <= minReadySeconds) {
    errors.push(invalid(field, deadline, 'must be greater than minReadySeconds'));
  }
  return errors;
}

function strategyErrors(strategy: UpdateStrategy): FieldError[] {
  const { type, rollingUpdate } = strategy;
  const field = 'spec.strategy.rollingUpdate';
  if (type === 'Recreate') {
    if (!rollingUpdate) return [];
    return [forbidden(field, "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (type === 'RollingUpdate') {
    if (!rollingUpdate) return [required(field, 'this should be defaulted and never be nil')];
    return deploymentRollingErrors(rollingUpdate, field);
  }
  return [unknownStrategy('spec.strategy', strategy, ['Recreate', 'RollingUpdate'])];
}
