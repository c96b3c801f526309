/** DaemonSets (apps/v1): defaulting, validation and the row in tables. */
import { semanticEqual } from '../deep-equal';
import type { FieldError } from '../field-error';
import { invalid, required } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import type { LabelSelector } from '../label-selector';
import { formatSelectorCell, validateLabelSelector } from '../label-selector';
import { isDns1123Subdomain } from '../name-formats';
import type { KubeObject } from '../object';
import { validateObjectMeta } from '../object-meta';
import type { DaemonSet } from '../objects';
import { ageCell, kind } from './define';
import { nonNegativeNumber } from './fields/field-validation';
import { withFields } from './fields/structural-sharing';
import { defaultedTemplate } from './pods/pod-spec-defaults';
import type { DraftPodTemplate } from './pods/pod-spec-draft';
import {
  alwaysRunningErrors,
  isEmptySelector,
  podTemplateErrors,
  selectorMatchErrors,
} from './pods/pod-template-validation';
import { podTemplateWarnings } from './pods/pod-warnings';
import {
  defaultedStrategy,
  daemonSetRollingErrors,
  unknownStrategy,
  type UpdateStrategy,
} from './workloads/rolling-update';
import { changedSelectorErrors } from './workloads/selector-validation';
import { labelsCell, statusCount, templateCells } from './workloads/workload-cells';
import {
  collisionErrors,
  countErrors,
  metadataUpdateErrors,
  statusOf,
} from './workloads/workload-metadata';

interface Spec {
  readonly selector?: LabelSelector;
  readonly template?: DraftPodTemplate;
  readonly updateStrategy?: UpdateStrategy;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
}

/** A count of the template's changes, from the time before apps/v1. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';
const NO_PODS = {
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
};
const COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];
const specOf = (object: Draft | KubeObject): Spec => (object as { spec?: Spec }).spec ?? {};

export const daemonSetKind: KindDefinition = kind({
  apiVersion: 'apps/v1',
  plural: 'daemonsets',
  generation: 'spec',
  applyDefaults(draft) {
    const spec = specOf(draft);
    draft.spec = withFields(spec, {
      template: defaultedTemplate(spec.template),
      updateStrategy: defaultedStrategy(spec.updateStrategy ?? {}, {
        maxUnavailable: 1,
        maxSurge: 0,
      }),
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
    });
    draft.status ??= NO_PODS;
  },
  prepareForCreate(draft) {
    setTemplateGeneration(draft, Math.max(templateGenerationOf(draft), 1));
    draft.status = NO_PODS;
  },
  prepareForUpdate(draft, old) {
    const changed = !semanticEqual(specOf(draft).template, specOf(old).template);
    setTemplateGeneration(draft, templateGenerationOf(old) + (changed ? 1 : 0));
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...specErrors(specOf(draft)),
  ],
  validateWholeUpdate: (draft, old) => [
    ...metadataUpdateErrors(draft, old),
    ...changedSelectorErrors(draft, old),
    ...specErrors(specOf(draft)),
  ],
  validateStatusUpdate: (draft, old) => [
    ...metadataUpdateErrors(draft, old),
    ...countErrors(statusOf(draft), COUNTS),
    ...collisionErrors(statusOf(draft), statusOf(old)),
  ],
  warnings: (draft) => podTemplateWarnings(specOf(draft).template ?? {}, 'spec.template'),
  updateWarnings: (draft, old) =>
    semanticEqual(specOf(draft).template, specOf(old).template)
      ? []
      : podTemplateWarnings(specOf(draft).template ?? {}, 'spec.template'),
  cells(object, context) {
    const { metadata, spec } = object as DaemonSet;
    return [
      metadata.name,
      statusCount(object, 'desiredNumberScheduled'),
      statusCount(object, 'currentNumberScheduled'),
      statusCount(object, 'numberReady'),
      statusCount(object, 'updatedNumberScheduled'),
      statusCount(object, 'numberAvailable'),
      labelsCell(spec.template.spec.nodeSelector),
      ageCell(metadata.creationTimestamp, context),
      ...templateCells(spec.template),
      formatSelectorCell(spec.selector),
    ];
  },
});

function templateGenerationOf(object: Draft | KubeObject): number {
  const annotations = object.metadata.annotations as Readonly<Record<string, string>> | undefined;
  const text = annotations?.[TEMPLATE_GENERATION] ?? '';
  return /^-?[0-9]+$/.test(text) ? Number(text) : 0;
}

function setTemplateGeneration(draft: Draft, generation: number): void {
  const annotations = draft.metadata.annotations as Readonly<Record<string, string>> | undefined;
  draft.metadata.annotations = { ...annotations, [TEMPLATE_GENERATION]: String(generation) };
}

function specErrors(spec: Spec): FieldError[] {
  const { selector, template = {} } = spec;
  const path = 'spec.template';
  const errors = validateLabelSelector(selector, 'spec.selector');
  if (errors.length === 0) errors.push(...selectorMatchErrors(selector, template, path));
  if (selector && isEmptySelector(selector)) {
    errors.push(invalid('spec.selector', {}, 'empty selector is invalid for daemonset'));
  }
  return [
    ...errors,
    ...podTemplateErrors(template, path),
    ...alwaysRunningErrors(template, 'DaemonSet', path),
    ...nonNegativeNumber(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...strategyErrors(spec.updateStrategy ?? {}),
    ...nonNegativeNumber(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
}

function strategyErrors(strategy: UpdateStrategy): FieldError[] {
  const { type, rollingUpdate } = strategy;
  const field = 'spec.updateStrategy';
  if (type === 'OnDelete') return [];
  if (type === 'RollingUpdate') {
    if (!rollingUpdate) return [required(`${field}.rollingUpdate`)];
    return daemonSetRollingErrors(rollingUpdate, `${field}.rollingUpdate`);
  }
  return [unknownStrategy(field, strategy, ['RollingUpdate', 'OnDelete'])];
}
