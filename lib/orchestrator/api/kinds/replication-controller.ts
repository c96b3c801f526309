/** ReplicationControllers (v1): the ancestor of ReplicaSets, with a plain map as selector. */
import type { FieldError } from '../field-error';
import { invalid, required } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import { compileLabelMap } from '../label-selector';
import { isDns1123Subdomain } from '../name-formats';
import type { KubeObject, StringMap } from '../object';
import { validateObjectMeta } from '../object-meta';
import type { PodTemplateSpec } from '../objects';
import { ageCell, kind } from './define';
import { printableMap } from './fields/field-checks';
import { nonNegativeNumber } from './fields/field-validation';
import { withFields } from './fields/structural-sharing';
import { defaultedTemplate } from './pods/pod-spec-defaults';
import type { DraftPodTemplate } from './pods/pod-spec-draft';
import { alwaysRunningErrors, podTemplateErrors } from './pods/pod-template-validation';
import { NO_REPLICAS, replicaFields, replicaStatusErrors } from './workloads/replica-status';
import { labelsCell, statusCount, templateCells } from './workloads/workload-cells';
import { metadataUpdateErrors } from './workloads/workload-metadata';
import { workloadWarnings } from './workloads/workload-warnings';

interface Spec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: StringMap;
  readonly template?: DraftPodTemplate;
}

const specOf = (object: Draft | KubeObject): Spec => (object as { spec?: Spec }).spec ?? {};
const isEmpty = (map: StringMap | undefined): boolean => Object.keys(map ?? {}).length === 0;

export const replicationControllerKind: KindDefinition = kind({
  apiVersion: 'v1',
  plural: 'replicationcontrollers',
  generation: 'spec',
  defaultPropagation: 'Orphan',
  applyDefaults(draft) {
    const spec = specOf(draft);
    const labels = spec.template?.metadata?.labels;
    draft.spec = withFields(spec, {
      replicas: spec.replicas ?? 1,
      selector: isEmpty(spec.selector) && labels ? labels : spec.selector,
      template: spec.template && defaultedTemplate(spec.template),
    });
    if (labels && isEmpty(draft.metadata.labels as StringMap)) draft.metadata.labels = labels;
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
  ],
  validateStatusUpdate: (draft, old) => replicaStatusErrors(draft, old),
  ...workloadWarnings,
  ...replicaFields,
  cells(object, context) {
    const spec = specOf(object);
    const { name, creationTimestamp } = object.metadata;
    return [
      name,
      spec.replicas ?? 0,
      statusCount(object, 'replicas'),
      statusCount(object, 'readyReplicas'),
      ageCell(creationTimestamp, context),
      ...templateCells(spec.template as PodTemplateSpec | undefined),
      labelsCell(spec.selector),
    ];
  },
});

function specErrors(spec: Spec): FieldError[] {
  const { selector, template } = spec;
  const path = 'spec.template';
  const errors = nonNegativeNumber(spec.minReadySeconds, 'spec.minReadySeconds');
  if (isEmpty(selector)) errors.push(required('spec.selector'));
  errors.push(...nonNegativeNumber(spec.replicas, 'spec.replicas'));
  if (!template) return [...errors, required(path)];
  const labels = template.metadata?.labels;
  if (!isEmpty(selector) && !compileLabelMap(selector)(labels)) {
    const why = '`selector` does not match template `labels`';
    errors.push(invalid(`${path}.metadata.labels`, printableMap(labels), why));
  }
  return [
    ...errors,
    ...podTemplateErrors(template, path),
    ...alwaysRunningErrors(template, 'ReplicationController', path),
  ];
}
