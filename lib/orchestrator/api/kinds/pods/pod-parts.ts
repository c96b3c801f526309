/**
 * The parts of a pod that have subresources of their own: its ephemeral containers (`kubectl
 * debug`) and the resources of its containers (in-place resize).
 *
 * FIDELITY: the API takes both; kubelets here start no ephemeral container and give a running one
 * no other resources, and the status of the pod says nothing of either.
 */
import { semanticEqual } from '../../deep-equal';
import type { FieldError } from '../../field-error';
import { forbidden, invalid } from '../../field-error';
import type { Draft, ObjectPart } from '../../kind';
import type { KubeObject } from '../../object';
import { validateObjectMetaUpdate, type DraftMeta } from '../../object-meta';
import { qosClassOf } from './pod-qos';
import { ephemeralContainerDiff } from './pod-spec-diff';
import type {
  DraftContainer,
  DraftPodSpec,
  DraftResourceList,
  DraftResources,
} from './pod-spec-draft';

type Rules = (draft: Draft) => FieldError[];

const MIRROR = 'kubernetes.io/config.mirror';
const LISTS = ['initContainers', 'containers'] as const;
const RESIZABLE = ['cpu', 'memory'];

const specOf = (object: Draft | KubeObject): DraftPodSpec =>
  (object as { spec?: DraftPodSpec }).spec ?? {};
const isStatic = (pod: KubeObject): boolean => pod.metadata.annotations?.[MIRROR] !== undefined;

/** The old pod with another spec; nothing else of it is changed in this way. */
const withSpec = (old: KubeObject, spec: DraftPodSpec): Draft =>
  ({ ...old, metadata: { ...old.metadata }, spec }) as unknown as Draft;

const metadataErrors = (draft: Draft, old: KubeObject): FieldError[] =>
  validateObjectMetaUpdate(draft.metadata, old.metadata as unknown as DraftMeta);

/** Containers can be added to a running pod in this way, and never changed or taken away. */
export const ephemeralContainersPart = (rules: Rules): ObjectPart => ({
  merge(object, old) {
    const { ephemeralContainers: _before, ...rest } = specOf(old);
    const { ephemeralContainers } = specOf(object);
    return withSpec(old, { ...rest, ...(ephemeralContainers ? { ephemeralContainers } : {}) });
  },
  validate(draft, old) {
    const errors = [...metadataErrors(draft, old), ...rules(draft)];
    if (isStatic(old)) {
      return [...errors, forbidden('[]', 'static pods do not support ephemeral containers')];
    }
    const now = specOf(draft).ephemeralContainers ?? [];
    for (const container of specOf(old).ephemeralContainers ?? []) {
      const next = now.find(({ name }) => name === container.name);
      if (next !== undefined && semanticEqual(next, container)) continue;
      const why =
        next === undefined
          ? 'may not be removed\n'
          : `may not be changed\n${ephemeralContainerDiff(container, next)}`;
      const which = `existing ephemeral containers ${JSON.stringify(container.name ?? '')}`;
      errors.push(forbidden('spec.ephemeralContainers', `${which} ${why}`));
    }
    return errors;
  },
});

/** Requests and limits of cpu and memory may change, within the pod's class of service. */
export const resizePart = (rules: Rules): ObjectPart => ({
  merge(object, old) {
    const [spec, before] = [specOf(object), specOf(old)];
    return withSpec(old, {
      ...before,
      ...eachList((list) => spec[list]?.map((wanted) => resized(wanted, before[list] ?? []))),
      ...(spec.resources ? { resources: spec.resources } : {}),
    });
  },
  validate: (draft, old) => [
    ...metadataErrors(draft, old),
    ...rules(draft),
    ...resizeErrors(specOf(draft), old),
  ],
});

type Containers = readonly DraftContainer[];

/** Both lists of containers made anew, as far as they are there. */
function eachList(
  make: (list: (typeof LISTS)[number]) => Containers | undefined,
): Pick<DraftPodSpec, (typeof LISTS)[number]> {
  const [initContainers, containers] = [make('initContainers'), make('containers')];
  return {
    ...(initContainers === undefined ? {} : { initContainers }),
    ...(containers === undefined ? {} : { containers }),
  };
}

/** Of a container that is known only its resources can be other ones. */
function resized(wanted: DraftContainer, known: Containers): DraftContainer {
  const old = known.find(({ name }) => name === wanted.name);
  if (old === undefined) return wanted;
  const { resources: _resources, resizePolicy: _policy, ...rest } = old;
  const { resources, resizePolicy } = wanted;
  return {
    ...rest,
    ...(resources === undefined ? {} : { resources }),
    ...(resizePolicy === undefined ? {} : { resizePolicy }),
  };
}

function resizeErrors(spec: DraftPodSpec, old: KubeObject): FieldError[] {
  const before = specOf(old);
  if (isStatic(old)) return [forbidden('[]', 'static pods cannot be resized')];
  if (spec.os?.name === 'windows') return [forbidden('[]', 'windows pods cannot be resized')];
  const errors: FieldError[] = [];
  const qosClass = qosClassOf({ spec: before });
  if (qosClass !== qosClassOf({ spec })) {
    const why = 'Pod QOS Class may not change as a result of resizing';
    errors.push(invalid('spec', qosClass, why));
  }
  const misplaced = orderErrors(spec, before);
  if (misplaced.length > 0) return [...errors, ...misplaced];
  for (const list of LISTS) {
    (spec[list] ?? []).forEach(({ resources }, index) => {
      const was = before[list]?.[index]?.resources;
      errors.push(...removalErrors(resources, was, `spec.${list}[${index}].resources`));
    });
  }
  errors.push(...removalErrors(spec.resources, before.resources, 'spec.resources'));
  if (semanticEqual(withFixedResources(spec, before), before)) return errors;
  return [...errors, forbidden('spec', 'only cpu and memory resources are mutable')];
}

function orderErrors(spec: DraftPodSpec, before: DraftPodSpec): FieldError[] {
  return (['containers', 'initContainers'] as const).flatMap((list) => {
    const [now, was] = [spec[list] ?? [], before[list] ?? []];
    if (now.length !== was.length) {
      return [forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)];
    }
    return was.flatMap(({ name }, index) => {
      if (now[index]?.name === name) return [];
      const why = `${list} may not be renamed or reordered on resize`;
      return [forbidden(`spec.${list}[${index}].name`, why)];
    });
  });
}

function removalErrors(
  now: DraftResources | undefined,
  was: DraftResources | undefined,
  field: string,
): FieldError[] {
  return (['requests', 'limits'] as const).flatMap((side) => {
    const kept = now?.[side] ?? {};
    const isRemoved = RESIZABLE.some((name) => name in (was?.[side] ?? {}) && !(name in kept));
    return isRemoved ? [forbidden(`${field}.${side}`, `resource ${side} cannot be removed`)] : [];
  });
}

/** The new spec with all cpu and memory as it was: what is different then may not change. */
function withFixedResources(spec: DraftPodSpec, before: DraftPodSpec): DraftPodSpec {
  return {
    ...spec,
    ...eachList((list) =>
      spec[list]?.map((container, index) => ({
        ...container,
        resources: fixed(container.resources, before[list]?.[index]?.resources),
      })),
    ),
    ...(spec.resources ? { resources: fixed(spec.resources, before.resources) } : {}),
  };
}

function fixed(now: DraftResources | undefined, was: DraftResources | undefined): DraftResources {
  const { limits, requests, ...rest } = now ?? {};
  return {
    ...rest,
    ...sideOf('limits', limits, was?.limits),
    ...sideOf('requests', requests, was?.requests),
  };
}

function sideOf(
  side: 'limits' | 'requests',
  now: DraftResourceList | undefined,
  was: DraftResourceList | undefined,
): { readonly [S in 'limits' | 'requests']?: DraftResourceList } {
  const others = Object.entries(now ?? {}).filter(([name]) => !RESIZABLE.includes(name));
  const kept = Object.entries(was ?? {}).filter(([name]) => RESIZABLE.includes(name));
  const list = Object.fromEntries([...kept, ...others]);
  return Object.keys(list).length === 0 && was === undefined ? {} : { [side]: list };
}
