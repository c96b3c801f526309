/**
 * What an update may change of a Job's pod template: nothing while it runs; while it is suspended
 * and has no pods, where its pods go and what they request.
 */
import type { FieldError } from '../field-error';
import { immutableField } from './field-validation';
import type { DraftJobSpec } from './job-spec-draft';
import type { DraftContainer, DraftPodSpec, DraftPodTemplate } from './pod-spec-draft';
import { withFields } from './structural-sharing';

interface OldStatus {
  readonly startTime?: unknown;
  readonly active?: unknown;
  readonly conditions?: unknown;
}

// FIDELITY: a refused template is printed as it was sent; the real server prints it as its internal
// type, all fields in Go's order. The cause's field and the text after the value are the same.
export function templateUpdateErrors(
  spec: DraftJobSpec,
  old: DraftJobSpec,
  oldStatus: OldStatus,
): FieldError[] {
  const template = spec.template ?? {};
  const before = old.template ?? {};
  if (old.suspend !== true) return immutableField(template, before, 'spec.template');
  if (!mayChange(oldStatus)) return immutableField(template, before, 'spec.template');
  const allowed = withPlacementOf(before, template);
  const podSpec = template.spec ?? {};
  return immutableField(
    podSpec,
    withResourcesOf(allowed.spec ?? {}, podSpec),
    'spec.template.spec',
  );
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
