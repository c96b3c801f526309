/**
 * Pods (v1): defaulting, first status, validation, selectable fields and the row in tables. What
 * may change of a pod is in pod-update; what admission adds is the API server's.
 */
import type { FieldError } from '../field-error';
import { forbidden } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import { isDns1123Subdomain } from '../name-formats';
import type { KubeObject, StringMap } from '../object';
import { validateObjectMeta } from '../object-meta';
import type { Pod, PodStatus } from '../objects';
import { kind } from './define';
import { imageSpaceErrors } from './pods/container-validation';
import { withAnnotatedProfiles } from './pods/pod-annotation-profiles';
import { podAnnotationErrors, profileAgreementErrors } from './pods/pod-annotation-validation';
import { podCells } from './pods/pod-cells';
import { ephemeralContainersPart, resizePart } from './pods/pod-parts';
import { withLabelKeys } from './pods/pod-label-keys';
import { qosClassOf } from './pods/pod-qos';
import { defaultedPod } from './pods/pod-spec-defaults';
import type { DraftPodSpec } from './pods/pod-spec-draft';
import { podSpecErrors } from './pods/pod-spec-validation';
import { podStatusErrors } from './pods/pod-status-validation';
import { podUpdateErrors } from './pods/pod-update';
import { podTemplateWarnings, workloadNameWarnings } from './pods/pod-warnings';
import { metadataUpdateErrors } from './workloads/workload-metadata';

const specOf = (object: Draft | KubeObject): DraftPodSpec =>
  (object as { spec?: DraftPodSpec }).spec ?? {};
const mapOf = (object: Draft | KubeObject, name: 'labels' | 'annotations'): StringMap | undefined =>
  object.metadata[name] as StringMap | undefined;

const defaulted = new WeakMap<DraftPodSpec, DraftPodSpec>();

/**
 * Controllers create many pods from one frozen template: those get one defaulted spec, by whose
 * identity admission and scheduler remember what they made of it.
 */
function sharedDefaults(spec: DraftPodSpec): DraftPodSpec {
  if (!Object.isFrozen(spec)) return defaultedPod(spec);
  let known = defaulted.get(spec);
  if (known === undefined) {
    known = Object.freeze(defaultedPod(spec));
    defaulted.set(spec, known);
  }
  return known;
}

export const podKind: KindDefinition = kind({
  apiVersion: 'v1',
  plural: 'pods',
  generation: 'spec',
  applyDefaults(draft) {
    draft.spec = sharedDefaults(specOf(draft));
    draft.status = withBothAddresses((draft.status ?? {}) as Partial<PodStatus>);
  },
  prepareForCreate(draft) {
    draft.status = firstStatus(draft);
    const keyed = withLabelKeys(specOf(draft), mapOf(draft, 'labels'));
    draft.spec = withAnnotatedProfiles(keyed, mapOf(draft, 'annotations'));
  },
  validate: (draft) => [...metadataAndSpecErrors(draft), ...creationErrors(draft)],
  validateWholeUpdate: (draft, old) => [
    ...metadataUpdateErrors(draft, old),
    ...metadataAndSpecErrors(draft),
    ...podUpdateErrors(draft, old as Pod),
  ],
  validateStatusUpdate: (draft, old) => [
    ...metadataUpdateErrors(draft, old),
    ...podStatusErrors(draft, old as Pod),
  ],
  parts: {
    ephemeralcontainers: ephemeralContainersPart(metadataAndSpecErrors),
    resize: resizePart(metadataAndSpecErrors),
  },
  warnings: (draft) => [
    ...workloadNameWarnings(draft, "the Pod's hostname"),
    ...podTemplateWarnings({ metadata: draft.metadata, spec: specOf(draft) }, ''),
  ],
  selectableFields: {
    'spec.nodeName': (object) => specOf(object).nodeName ?? '',
    'spec.restartPolicy': (object) => specOf(object).restartPolicy ?? '',
    'spec.schedulerName': (object) => specOf(object).schedulerName ?? '',
    'spec.serviceAccountName': (object) => specOf(object).serviceAccountName ?? '',
    'spec.hostNetwork': (object) => String(specOf(object).hostNetwork ?? false),
    'status.phase': (object) => (object as Pod).status.phase,
    'status.podIP': (object) => (object as Pod).status.podIPs?.[0]?.ip ?? '',
    'status.podIPs': (object) => (object as Pod).status.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': (object) => (object as Pod).status.nominatedNodeName ?? '',
  },
  cells: podCells,
});

/** The address and the list of addresses say the same of the first; the address wins. */
function withBothAddresses(status: Partial<PodStatus>): Partial<PodStatus> {
  const { podIP, podIPs } = status;
  const first = podIPs?.[0]?.ip;
  if ((podIP ?? '') === (first ?? '')) return status;
  if (podIP) return { ...status, podIPs: [{ ip: podIP }] };
  return { ...status, podIP: first! };
}

/** Pending, with its class of service; and that it waits, if it has scheduling gates. */
function firstStatus(draft: Draft): unknown {
  const spec = specOf(draft);
  const status = { phase: 'Pending', qosClass: qosClassOf({ spec }) };
  if ((spec.schedulingGates ?? []).length === 0) return status;
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: draft.metadata.creationTimestamp,
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  };
  return { ...status, conditions: [condition] };
}

function metadataAndSpecErrors(draft: Draft): FieldError[] {
  const spec = specOf(draft);
  const podName = String(draft.metadata.name ?? '');
  const errors = [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...podAnnotationErrors(mapOf(draft, 'annotations'), spec, 'metadata.annotations'),
    ...podSpecErrors(spec, 'spec', { isPod: true, podName }),
  ];
  if (!spec.serviceAccountName) errors.push(...tokenErrors(spec));
  for (const list of ['containers', 'initContainers'] as const) {
    (spec[list] ?? []).forEach((container, index) => {
      errors.push(...imageSpaceErrors(container, `spec.${list}[${index}]`));
    });
  }
  return errors;
}

function tokenErrors(spec: DraftPodSpec): FieldError[] {
  return (spec.volumes ?? []).flatMap((volume, index) =>
    (volume.projected?.sources ?? []).flatMap(({ serviceAccountToken }, sourceIndex) => {
      if (!serviceAccountToken) return [];
      const field = `spec.volumes[${index}].projected.sources[${sourceIndex}].serviceAccountToken`;
      return [forbidden(field, 'must not be specified when serviceAccountName is not set')];
    }),
  );
}

function creationErrors(draft: Draft): FieldError[] {
  const spec = specOf(draft);
  const errors: FieldError[] = [];
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0) {
    const why = 'cannot be set until all schedulingGates have been cleared';
    errors.push(forbidden('spec.nodeName', why));
  }
  return [...errors, ...profileAgreementErrors(mapOf(draft, 'annotations'), spec, 'spec')];
}
