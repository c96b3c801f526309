/** The status of what keeps a number of like pods: ReplicaSets and ReplicationControllers. */
import type { FieldError } from '../../field-error';
import type { Draft, KindDefinition } from '../../kind';
import type { KubeObject } from '../../object';
import { statusCount } from './workload-cells';
import { countErrors, metadataUpdateErrors, partErrors, statusOf } from './workload-metadata';

/** Before its controller has seen it. */
export const NO_REPLICAS = { replicas: 0 };

export const replicaFields: Pick<KindDefinition, 'selectableFields'> = {
  selectableFields: { 'status.replicas': (object) => String(statusCount(object, 'replicas')) },
};

const PARTS = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'];

/** @param more counts that only this kind has */
export function replicaStatusErrors(
  draft: Draft,
  old: KubeObject,
  more: readonly string[] = [],
): FieldError[] {
  const status = statusOf(draft);
  return [
    ...metadataUpdateErrors(draft, old),
    ...countErrors(status, ['replicas', ...PARTS, 'observedGeneration', ...more]),
    ...partErrors(status, PARTS, 'readyReplicas'),
  ];
}
