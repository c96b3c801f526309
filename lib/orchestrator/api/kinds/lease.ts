/** Lease (coordination.k8s.io/v1): the heartbeat of nodes and the lock of leaders. */
import type { FieldError } from '../field-error';
import { forbidden, invalid, notSupported } from '../field-error';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject } from '../object';
import { ageCell, kind } from './define';
import { qualifiedNameErrors } from './field-validation';

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly leaseTransitions?: number;
  readonly strategy?: string;
  readonly preferredHolder?: string;
}

const STRATEGIES = ['OldestEmulationVersion'];

const specOf = (object: unknown): LeaseSpec => (object as { spec?: LeaseSpec }).spec ?? {};

export const leaseKind = kind({
  apiVersion: 'coordination.k8s.io/v1',
  plural: 'leases',
  unconditionalUpdate: false,
  createOnUpdate: true,
  applyDefaults(draft) {
    draft['spec'] ??= {};
  },
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

function specErrors(spec: LeaseSpec): FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions = 0, strategy, preferredHolder } = spec;
  const errors: FieldError[] = [];
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  }
  if (leaseTransitions < 0) {
    const why = 'must be greater than or equal to 0';
    errors.push(invalid('spec.leaseTransitions', leaseTransitions, why));
  }
  if (strategy !== undefined) {
    const field = 'spec.strategy.strategy';
    if (strategy.includes('/')) errors.push(...qualifiedNameErrors(strategy, field));
    else if (!STRATEGIES.includes(strategy)) errors.push(notSupported(field, strategy, STRATEGIES));
  }
  if (!preferredHolder || strategy) return errors;
  const why = 'may only be specified if `strategy` is defined';
  return [...errors, forbidden('spec.preferredHolder', why)];
}
