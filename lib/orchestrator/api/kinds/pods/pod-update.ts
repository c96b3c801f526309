/**
 * What an update may change of a pod: images, a deadline that comes nearer, more tolerations,
 * fewer scheduling gates, and the placement of a pod that is still gated.
 */
import { semanticEqual } from '../../deep-equal';
import type { FieldError } from '../../field-error';
import { forbidden, invalid, required } from '../../field-error';
import type { Draft } from '../../kind';
import type { StringMap } from '../../object';
import type { Pod } from '../../objects';
import { printableMap } from '../fields/field-checks';
import { tolerationsErrors } from './placement-validation';
import { podAnnotationErrors, podAnnotationUpdateErrors } from './pod-annotation-validation';
import { podSpecDiff } from './pod-spec-diff';
import type {
  DraftContainer,
  DraftNodeAffinity,
  DraftNodeTerm,
  DraftPodSpec,
  DraftToleration,
} from './pod-spec-draft';

const MAX_INT32 = 2_147_483_647;
const CHANGEABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

export function podUpdateErrors(draft: Draft, old: Pod): FieldError[] {
  const spec = (draft.spec ?? {}) as DraftPodSpec;
  const before = old.spec as unknown as DraftPodSpec;
  const annotations = (draft.metadata.annotations ?? {}) as StringMap;
  const field = 'metadata.annotations';
  const errors = [
    ...podAnnotationUpdateErrors(annotations, old.metadata.annotations ?? {}, field),
    ...podAnnotationErrors(annotations, spec, field),
  ];
  for (const list of ['containers', 'initContainers'] as const) {
    const [now, was] = [spec[list] ?? [], before[list] ?? []];
    if (now.length !== was.length) {
      const why = 'pod updates may not add or remove containers';
      return [...errors, forbidden(`spec.${list}`, why)];
    }
    errors.push(...imageErrors(now, `spec.${list}`));
  }
  const deadline = deadlineErrors(spec, before);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  errors.push(
    ...tolerationUpdateErrors(spec.tolerations ?? [], before.tolerations ?? []),
    ...gateUpdateErrors(spec, before),
  );
  if (semanticEqual(spec, before)) return errors;
  return [...errors, ...remainingErrors(spec, before)];
}

function imageErrors(containers: readonly DraftContainer[], path: string): FieldError[] {
  return containers.flatMap(({ image = '' }, index) => {
    const field = `${path}[${index}].image`;
    if (image === '') return [required(field)];
    if (image.trim() === image) return [];
    return [invalid(field, image, 'must not have leading or trailing whitespace')];
  });
}

function deadlineErrors(
  { activeDeadlineSeconds: now }: DraftPodSpec,
  { activeDeadlineSeconds: was }: DraftPodSpec,
): { readonly errors: FieldError[]; readonly stop: boolean } {
  const field = 'spec.activeDeadlineSeconds';
  const refuse = (why: string, stop: boolean): { errors: FieldError[]; stop: boolean } => ({
    errors: [invalid(field, now ?? null, why)],
    stop,
  });
  if (typeof now !== 'number') {
    if (typeof was !== 'number') return { errors: [], stop: false };
    return refuse('must not update from a positive integer to nil value', false);
  }
  if (now < 0 || now > MAX_INT32) {
    return refuse(`must be between 0 and ${MAX_INT32}, inclusive`, true);
  }
  if (typeof was === 'number' && was < now) {
    return refuse('must be less than or equal to previous value', true);
  }
  return { errors: [], stop: false };
}

function tolerationUpdateErrors(
  now: readonly DraftToleration[],
  was: readonly DraftToleration[],
): FieldError[] {
  const field = 'spec.tolerations';
  const plain = ({ tolerationSeconds: _, ...rest }: DraftToleration): unknown => rest;
  const kept = was.every((old) => now.some((one) => semanticEqual(plain(one), plain(old))));
  if (!kept) {
    const why = 'existing toleration can not be modified except its tolerationSeconds';
    return [forbidden(field, why)];
  }
  return tolerationsErrors(now, field);
}

function gateUpdateErrors(spec: DraftPodSpec, old: DraftPodSpec): FieldError[] {
  const before = new Set((old.schedulingGates ?? []).map(({ name = '' }) => name));
  return (spec.schedulingGates ?? []).flatMap(({ name = '' }, index) => {
    if (before.has(name)) return [];
    const why = `only deletion is allowed, but found new scheduling gate '${name}'`;
    return [forbidden(`spec.schedulingGates[${index}].name`, why)];
  });
}

/** With all that may change put back, nothing may be different. */
function remainingErrors(spec: DraftPodSpec, old: DraftPodSpec): FieldError[] {
  const imagesOf = (
    now: readonly DraftContainer[] | undefined,
    was: readonly DraftContainer[] | undefined,
  ): readonly DraftContainer[] | undefined =>
    now?.map((container, index) => ({ ...container, image: was?.[index]?.image }));
  const graceWasNegative = (old.terminationGracePeriodSeconds ?? 0) < 0;
  let kept: DraftPodSpec = {
    ...spec,
    containers: imagesOf(spec.containers, old.containers),
    initContainers: imagesOf(spec.initContainers, old.initContainers),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
    ...(graceWasNegative && spec.terminationGracePeriodSeconds === 1
      ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds }
      : {}),
  };
  const errors: FieldError[] = [];
  if ((old.schedulingGates ?? []).length > 0) {
    errors.push(...placementErrors(kept, old));
    kept = withPlacementOf(kept, old);
  }
  if (semanticEqual(kept, old)) return errors;
  const why = `pod updates may not change fields other than ${CHANGEABLE}`;
  return [...errors, forbidden('spec', `${why}\n${podSpecDiff(old, kept)}`)];
}

/** A gated pod's node selector and affinity may become narrower. */
function placementErrors(spec: DraftPodSpec, old: DraftPodSpec): FieldError[] {
  const errors: FieldError[] = [];
  const [now, was] = [spec.nodeSelector ?? {}, old.nodeSelector ?? {}];
  if (Object.keys(was).some((key) => now[key] !== was[key])) {
    const why = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    errors.push(invalid('spec.nodeSelector', printableMap(spec.nodeSelector), why));
  }
  const [affinity, oldAffinity] = [spec.affinity?.nodeAffinity, old.affinity?.nodeAffinity];
  if (semanticEqual(affinity, oldAffinity)) return errors;
  return [...errors, ...termErrors(affinity, oldAffinity)];
}

function termErrors(
  affinity: DraftNodeAffinity | undefined,
  old: DraftNodeAffinity | undefined,
): FieldError[] {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const field = `spec.affinity.nodeAffinity.${required}.nodeSelectorTerms`;
  const was = old?.[required]?.nodeSelectorTerms ?? [];
  const now = affinity?.[required]?.nodeSelectorTerms ?? [];
  if (was.length > 0 && was.length !== now.length) {
    const why = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    return [invalid(field, now.length === 0 ? null : now.map(printableTerm), why)];
  }
  return was.flatMap((term, index) => {
    const next = now[index] ?? {};
    if (onlyAdds(next, term)) return [];
    const why = 'only additions are allowed (no mutations or deletions)';
    return [invalid(`${field}[${index}]`, printableTerm(next), why)];
  });
}

function onlyAdds(now: DraftNodeTerm, was: DraftNodeTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  const size = (term: DraftNodeTerm): number =>
    (term.matchExpressions ?? []).length + (term.matchFields ?? []).length;
  if (size(was) === 0 && size(now) > 0) return false;
  return lists.every((list) => {
    const before = was[list] ?? [];
    return semanticEqual((now[list] ?? []).slice(0, before.length), before);
  });
}

function printableTerm(term: DraftNodeTerm): unknown {
  const printable = (list: DraftNodeTerm['matchFields']): unknown =>
    list?.map(({ key = '', operator = '', values }) => ({
      Key: key,
      Operator: operator,
      Values: values ?? null,
    })) ?? null;
  return {
    MatchExpressions: printable(term.matchExpressions),
    MatchFields: printable(term.matchFields),
  };
}

function withPlacementOf(spec: DraftPodSpec, old: DraftPodSpec): DraftPodSpec {
  const nodeAffinity = old.affinity?.nodeAffinity;
  const { nodeAffinity: _, ...others } = spec.affinity ?? {};
  const affinity =
    nodeAffinity === undefined && Object.keys(others).length === 0
      ? old.affinity
      : { ...others, ...(nodeAffinity === undefined ? {} : { nodeAffinity }) };
  return { ...spec, nodeSelector: old.nodeSelector, affinity };
}
