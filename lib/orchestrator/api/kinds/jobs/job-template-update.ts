/**
 * What an update may change of a Job's pod template: nothing while it runs; while it is suspended
 * and has no pods, where its pods go and what they request.
 */
import { semanticEqual } from '../../deep-equal';
import type { FieldError } from '../../field-error';
import { invalid } from '../../field-error';
import { withFields } from '../fields/structural-sharing';
import type { DraftContainer, DraftPodSpec, DraftPodTemplate } from '../pods/pod-spec-draft';
import { printablePodSpec, printablePodTemplate } from '../pods/pod-spec-print';
import type { DraftJobSpec } from './job-spec-draft';

const IMMUTABLE = 'field is immutable';

interface OldStatus {
  readonly startTime?: unknown;
  readonly active?: unknown;
  readonly conditions?: unknown;
}

export function templateUpdateErrors(
  spec: DraftJobSpec,
  old: DraftJobSpec,
  oldStatus: OldStatus,
): FieldError[] {
  const template = spec.template ?? {};
  const before = old.template ?? {};
  if (old.suspend !== true || !mayChange(oldStatus)) {
    if (semanticEqual(template, before)) return [];
    return [invalid('spec.template', printablePodTemplate(template), IMMUTABLE)];
  }
  const podSpec = template.spec ?? {};
  const allowed = withResourcesOf(withPlacementOf(before, template).spec ?? {}, podSpec);
  if (semanticEqual(podSpec, allowed)) return [];
  return [invalid('spec.template.spec', printablePodSpec(podSpec), IMMUTABLE)];
}

function mayChange({ startTime, active, conditions }: OldStatus): boolean {
  const list = Array.isArray(conditions) ? (conditions as { type: string; status: string }[]) : [];
  const suspended = list.some((c) => c.type === 'Suspended' && c.status === 'True');
  return (startTime === undefined || suspended) && (active ?? 0) === 0;
}

/** The old template with the new one's node affinity, selector, tolerations, gates and labels. */
function withPlacementOf(old: DraftPodTemplate, next: DraftPodTemplate): DraftPodTemplate {
  const spec = next.spec ?? {};
  return {
    metadata: {
      ...old.metadata,
      annotations: next.metadata?.annotations,
      labels: next.metadata?.labels,
    },
    spec: {
      ...old.spec,
      affinity: affinityOf(old.spec ?? {}, spec),
      nodeSelector: spec.nodeSelector,
      tolerations: spec.tolerations,
      schedulingGates: spec.schedulingGates,
    },
  };
}

function affinityOf(old: DraftPodSpec, next: DraftPodSpec): DraftPodSpec['affinity'] {
  if (!old.affinity && !next.affinity) return undefined;
  const { nodeAffinity: _, ...others } = old.affinity ?? {};
  if (!next.affinity) return Object.keys(others).length === 0 ? undefined : others;
  return { ...others, nodeAffinity: next.affinity.nodeAffinity };
}

function withResourcesOf(old: DraftPodSpec, next: DraftPodSpec): DraftPodSpec {
  const merge = (
    before: readonly DraftContainer[] | undefined,
    now: readonly DraftContainer[] | undefined,
  ): readonly DraftContainer[] | undefined => {
    if (before?.length !== now?.length) return before;
    return before?.map((container, index) => {
      const other = now?.[index];
      if (other === undefined || other.name !== container.name) return container;
      return withFields(container, { resources: other.resources });
    });
  };
  return {
    ...old,
    containers: merge(old.containers, next.containers),
    initContainers: merge(old.initContainers, next.initContainers),
  };
}
