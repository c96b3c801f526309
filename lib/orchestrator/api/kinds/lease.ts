/** Lease (coordination.k8s.io/v1): the heartbeat of nodes and the lock of leaders. */
import type { FieldError } from '../field-error';
import { invalid } from '../field-error';
import type { Draft } from '../kind';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject } from '../object';
import { ageCell, kind } from './define';

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly leaseTransitions?: number;
  readonly strategy?: string;
  readonly preferredHolder?: string;
}

const specOf = (object: unknown): LeaseSpec => (object as { spec?: LeaseSpec }).spec ?? {};

export const leaseKind = kind({
  apiVersion: 'coordination.k8s.io/v1',
  plural: 'leases',
  unconditionalUpdate: false,
  createOnUpdate: true,
  applyDefaults(draft) {
    draft['spec'] ??= {};
  },
  prepareForCreate: dropCoordination,
  prepareForUpdate: dropCoordination,
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...specErrors(specOf(draft)),
  ],
  cells: (object: KubeObject, context) => [
    object.metadata.name,
    specOf(object).holderIdentity ?? '',
    ageCell(object.metadata.creationTimestamp, context),
  ],
});

/** Coordinated leader election is off by default: its fields are dropped. */
function dropCoordination(draft: Draft): void {
  const { strategy, preferredHolder, ...spec } = specOf(draft);
  if (strategy !== undefined || preferredHolder !== undefined) draft['spec'] = spec;
}

function specErrors(spec: LeaseSpec): FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions = 0 } = spec;
  const errors: FieldError[] = [];
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  }
  if (leaseTransitions < 0) {
    const why = 'must be greater than or equal to 0';
    errors.push(invalid('spec.leaseTransitions', leaseTransitions, why));
  }
  return errors;
}
