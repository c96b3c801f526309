/** StatefulSets (apps/v1): defaulting, validation and the row in tables. */
import { semanticEqual } from '../deep-equal';
import type { FieldError } from '../field-error';
import { forbidden, invalid, required } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import type { LabelSelector } from '../label-selector';
import { validateLabelSelector } from '../label-selector';
import { isDns1123Label, validateAnnotations, validateLabels } from '../name-formats';
import type { KubeObject } from '../object';
import { validateObjectMeta } from '../object-meta';
import type { StatefulSet } from '../objects';
import { ageCell, kind } from './define';
import { printableSelector } from './fields/field-checks';
import { dnsLabelErrors, nonNegativeNumber, notSupportedInOrder } from './fields/field-validation';
import { withFields } from './fields/structural-sharing';
import { podAnnotationErrors } from './pods/pod-annotation-validation';
import { defaultedTemplate } from './pods/pod-spec-defaults';
import type { DraftPodTemplate } from './pods/pod-spec-draft';
import {
  alwaysRunningErrors,
  podTemplateErrors,
  selectorMatchErrors,
} from './pods/pod-template-validation';
import { podTemplateWarnings } from './pods/pod-warnings';
import type { RollingUpdate } from './workloads/rolling-update';
import { statefulSetRollingErrors } from './workloads/rolling-update';
import { strictSelectorErrors } from './workloads/selector-validation';
import {
  claimErrors,
  claimWarnings,
  defaultedClaims,
  withClaimVolumes,
  type DraftClaim,
} from './workloads/volume-claim-templates';
import { statusCount, templateCells } from './workloads/workload-cells';
import {
  collisionErrors,
  countErrors,
  metadataUpdateErrors,
  partErrors,
  statusOf,
} from './workloads/workload-metadata';
import { changedTemplateWarnings } from './workloads/workload-warnings';

interface Spec {
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly template?: DraftPodTemplate;
  readonly serviceName?: string;
  readonly podManagementPolicy?: string;
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: RollingUpdate };
  readonly revisionHistoryLimit?: number;
  readonly minReadySeconds?: number;
  readonly ordinals?: { readonly start?: number };
  readonly volumeClaimTemplates?: readonly DraftClaim[];
  readonly persistentVolumeClaimRetentionPolicy?: {
    readonly whenDeleted?: string;
    readonly whenScaled?: string;
  };
}

const CHANGEABLE = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
] as const;
const UNCHANGEABLE_MESSAGE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', " +
  "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and " +
  "'minReadySeconds' are forbidden";
const PARTS = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'];
const specOf = (object: Draft | KubeObject): Spec => (object as { spec?: Spec }).spec ?? {};

export const statefulSetKind: KindDefinition = kind({
  apiVersion: 'apps/v1',
  plural: 'statefulsets',
  generation: 'spec',
  applyDefaults(draft) {
    draft.spec = defaultedSpec(specOf(draft));
    draft.status ??= { replicas: 0, availableReplicas: 0 };
  },
  prepareForCreate(draft) {
    draft.spec = withoutMaxUnavailable(specOf(draft));
    draft.status = { replicas: 0, availableReplicas: 0 };
  },
  prepareForUpdate(draft, old) {
    if (specOf(old).updateStrategy?.rollingUpdate?.maxUnavailable !== undefined) return;
    draft.spec = withoutMaxUnavailable(specOf(draft));
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isDns1123Label),
    ...specErrors(specOf(draft), true),
  ],
  validateWholeUpdate: (draft, old) => [
    ...metadataUpdateErrors(draft, old),
    ...specErrors(specOf(draft), false),
    ...unchangeableErrors(specOf(draft), specOf(old)),
  ],
  validateStatusUpdate(draft, old) {
    const status = statusOf(draft);
    const counts = ['replicas', ...PARTS, 'observedGeneration', 'collisionCount'];
    return [
      ...countErrors(status, counts),
      ...partErrors(status, PARTS, 'status.readyReplicas'),
      ...metadataUpdateErrors(draft, old),
      ...collisionErrors(status, statusOf(old)),
    ];
  },
  warnings(draft) {
    const spec = specOf(draft);
    return [
      ...podTemplateWarnings(spec.template ?? {}, 'spec.template'),
      ...claimWarnings(spec.volumeClaimTemplates, ''),
      ...historyWarnings(spec),
    ];
  },
  updateWarnings(draft, old) {
    const spec = specOf(draft);
    return [
      ...changedTemplateWarnings(draft, old, spec.template, 'spec.template'),
      ...claimWarnings(spec.volumeClaimTemplates, '.Spec'),
      ...historyWarnings(spec),
    ];
  },
  cells(object, context) {
    const { metadata, spec } = object as StatefulSet;
    return [
      metadata.name,
      `${statusCount(object, 'readyReplicas')}/${spec.replicas}`,
      ageCell(metadata.creationTimestamp, context),
      ...templateCells(spec.template),
    ];
  },
});

const historyWarnings = ({ revisionHistoryLimit: limit }: Spec): string[] =>
  typeof limit === 'number' && limit < 0
    ? [
        'spec.revisionHistoryLimit: a negative value retains all historical revisions; ' +
          'a value >= 0 is recommended',
      ]
    : [];

function defaultedSpec(spec: Spec): Spec {
  const retention = spec.persistentVolumeClaimRetentionPolicy ?? {};
  return withFields(spec, {
    podManagementPolicy: spec.podManagementPolicy || 'OrderedReady',
    updateStrategy: defaultedStrategy(spec.updateStrategy ?? {}),
    persistentVolumeClaimRetentionPolicy: withFields(retention, {
      whenDeleted: retention.whenDeleted || 'Retain',
      whenScaled: retention.whenScaled || 'Retain',
    }),
    replicas: spec.replicas ?? 1,
    revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
    // Written even if empty.
    serviceName: spec.serviceName ?? '',
    ordinals: spec.ordinals && withFields(spec.ordinals, { start: spec.ordinals.start ?? 0 }),
    template: defaultedTemplate(spec.template),
    volumeClaimTemplates: defaultedClaims(spec.volumeClaimTemplates),
  });
}

function defaultedStrategy(
  strategy: NonNullable<Spec['updateStrategy']>,
): NonNullable<Spec['updateStrategy']> {
  const type = strategy.type || 'RollingUpdate';
  const update = strategy.rollingUpdate ?? (strategy.type ? undefined : {});
  if (type !== 'RollingUpdate' || !update) return withFields(strategy, { type });
  const rollingUpdate = withFields(update, { partition: update.partition ?? 0 });
  return withFields(strategy, { type, rollingUpdate });
}

/** The gate MaxUnavailableStatefulSet is off in 1.36: what is not there yet is dropped. */
function withoutMaxUnavailable(spec: Spec): Spec {
  const update = spec.updateStrategy?.rollingUpdate;
  if (update?.maxUnavailable === undefined) return spec;
  const { maxUnavailable: _, ...rollingUpdate } = update;
  return { ...spec, updateStrategy: { ...spec.updateStrategy, rollingUpdate } };
}

function specErrors(spec: Spec, creating: boolean): FieldError[] {
  const { podManagementPolicy: policy = '', serviceName = '', selector, template = {} } = spec;
  const errors: FieldError[] = [];
  if (policy === '') errors.push(required('spec.podManagementPolicy'));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    errors.push(
      invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"),
    );
  }
  errors.push(...strategyErrors(spec.updateStrategy ?? {}), ...retentionErrors(spec));
  if (creating) errors.push(...claimErrors(spec.volumeClaimTemplates));
  errors.push(
    ...nonNegativeNumber(spec.replicas, 'spec.replicas'),
    ...nonNegativeNumber(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...nonNegativeNumber(spec.ordinals?.start, 'spec.ordinals.start'),
  );
  if (creating && serviceName !== '') {
    errors.push(...dnsLabelErrors(serviceName, 'spec.serviceName'));
  }
  errors.push(...strictSelectorErrors(selector, 'statefulset'));
  if (validateLabelSelector(selector, '').length > 0) {
    errors.push(invalid('spec.selector', printableSelector(selector), ''));
  } else errors.push(...templateErrors(spec));
  return [...errors, ...alwaysRunningErrors(template, 'StatefulSet', 'spec.template')];
}

/** What the real server checks twice is reported twice. */
function templateErrors(spec: Spec): FieldError[] {
  const { template = {}, selector } = spec;
  const path = 'spec.template';
  const podTemplate = withClaimVolumes(template, spec.volumeClaimTemplates ?? []);
  const { labels, annotations } = template.metadata ?? {};
  return [
    ...selectorMatchErrors(selector, template, path),
    ...podTemplateErrors(podTemplate, path),
    ...validateLabels(labels, `${path}.labels`),
    ...validateAnnotations(annotations, `${path}.annotations`),
    ...podAnnotationErrors(annotations, podTemplate.spec ?? {}, `${path}.annotations`),
  ];
}

function strategyErrors(strategy: NonNullable<Spec['updateStrategy']>): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  const field = 'spec.updateStrategy';
  const shown = rollingUpdate
    ? {
        Partition: rollingUpdate.partition ?? 0,
        MaxUnavailable: rollingUpdate.maxUnavailable ?? null,
      }
    : null;
  if (type === '') return [required(field)];
  if (type === 'OnDelete') {
    if (!rollingUpdate) return [];
    const why = "only allowed for updateStrategy 'RollingUpdate'";
    return [invalid(`${field}.rollingUpdate`, shown, why)];
  }
  if (type === 'RollingUpdate') {
    return rollingUpdate ? statefulSetRollingErrors(rollingUpdate, `${field}.rollingUpdate`) : [];
  }
  const value = { Type: type, RollingUpdate: shown };
  return [invalid(field, value, "must be 'RollingUpdate' or 'OnDelete'")];
}

function retentionErrors({ persistentVolumeClaimRetentionPolicy: policy }: Spec): FieldError[] {
  if (!policy) return [];
  return (['whenDeleted', 'whenScaled'] as const).flatMap((name) => {
    const value = policy[name] ?? '';
    if (value === 'Retain' || value === 'Delete') return [];
    const field = `spec.persistentVolumeClaimRetentionPolicy.${name}`;
    return [notSupportedInOrder(field, value, ['Retain', 'Delete'])];
  });
}

function unchangeableErrors(spec: Spec, old: Spec): FieldError[] {
  const kept: Record<string, unknown> = { ...spec };
  for (const name of CHANGEABLE) kept[name] = old[name];
  return semanticEqual(kept, old) ? [] : [forbidden('spec', UNCHANGEABLE_MESSAGE)];
}
