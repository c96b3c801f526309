/**
 * What approvers and signers write of a CertificateSigningRequest: the conditions that decide it,
 * and its certificate. Stands for the approval and status strategies of the certificates registry.
 */
import { semanticEqual } from '../../deep-equal';
import type { FieldError } from '../../field-error';
import { duplicate, forbidden, invalid, notSupported, required } from '../../field-error';
import type { Draft, ObjectPart } from '../../kind';
import type { KubeObject } from '../../object';
import { validateObjectMetaUpdate, type DraftMeta } from '../../object-meta';

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly lastUpdateTime?: string | null;
  readonly lastTransitionTime?: string | null;
}

interface Status {
  readonly conditions?: readonly Condition[];
  readonly certificate?: string;
}

const DECISIONS = ['Approved', 'Denied', 'Failed'];
const STATUSES = ['False', 'True', 'Unknown'];
const PEM = /-----BEGIN CERTIFICATE-----\s/;

const statusOf = (object: Draft | KubeObject): Status =>
  (object as { status?: Status }).status ?? {};

/** `kubectl certificate approve` and `deny`: conditions, and no certificate. */
export const approvalPart: ObjectPart = {
  merge(object, old, time) {
    const { conditions } = statusOf(object);
    const { conditions: _before, ...rest } = statusOf(old);
    return merged(object, old, { ...rest, ...timed(conditions, old, time) });
  },
  validate: (draft, old) => [
    ...metadataErrors(draft, old),
    ...conditionErrors(draft),
    ...lostDecisions(draft, old),
  ],
};

/** What the signer says: a certificate, or that it failed; never the decision. */
export const statusPart: ObjectPart = {
  merge(object, old, time) {
    const { conditions, ...rest } = statusOf(object);
    return merged(object, old, { ...rest, ...timed(conditions, old, time) });
  },
  validate: (draft, old) => [
    ...metadataErrors(draft, old),
    ...conditionErrors(draft),
    ...lostDecisions(draft, old),
    ...foreignDecisions(draft, old),
    ...certificateErrors(draft, old),
  ],
};

function merged(object: KubeObject, old: KubeObject, status: Status): Draft {
  const metadata: Record<string, unknown> = { ...old.metadata };
  for (const field of ['labels', 'annotations', 'finalizers'] as const) {
    if (object.metadata[field] === undefined) delete metadata[field];
    else metadata[field] = object.metadata[field];
  }
  return { ...old, metadata, status } as unknown as Draft;
}

/** Conditions that say no time get that of the write, or that of their last change. */
function timed(conditions: Status['conditions'], old: KubeObject, time: string): Status {
  if (conditions === undefined) return {};
  const before = statusOf(old).conditions ?? [];
  return {
    conditions: conditions.map((condition) => {
      const same = before.find(
        ({ type, status }) => type === condition.type && status === condition.status,
      );
      return {
        ...condition,
        lastUpdateTime: condition.lastUpdateTime ?? time,
        lastTransitionTime: condition.lastTransitionTime ?? same?.lastTransitionTime ?? time,
      };
    }),
  };
}

const metadataErrors = (draft: Draft, old: KubeObject): FieldError[] =>
  validateObjectMetaUpdate(draft.metadata, old.metadata as unknown as DraftMeta);

function conditionErrors(draft: Draft): FieldError[] {
  const { conditions = [] } = statusOf(draft);
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  conditions.forEach(({ type = '', status = '' }, index) => {
    const field = `status.conditions[${index}]`;
    if (type === '') errors.push(required(`${field}.type`));
    else if (seen.has(type)) errors.push(duplicate(`${field}.type`, type));
    const other = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (other !== undefined && seen.has(other)) {
      const why = 'Approved and Denied conditions are mutually exclusive';
      errors.push(invalid('status.conditions', type, why));
    }
    seen.add(type);
    const supported = DECISIONS.includes(type) ? ['True'] : STATUSES;
    if (status === '') errors.push(required(`${field}.status`));
    else if (!supported.includes(status)) {
      errors.push(notSupported(`${field}.status`, status, supported));
    }
  });
  return errors;
}

const conditionsOf = (object: Draft | KubeObject, type: string): readonly Condition[] =>
  (statusOf(object).conditions ?? []).filter((condition) => condition.type === type);

/** Nobody takes a decision back. */
const lostDecisions = (draft: Draft, old: KubeObject): FieldError[] =>
  DECISIONS.filter((type) => conditionsOf(draft, type).length < conditionsOf(old, type).length).map(
    (type) =>
      forbidden('status.conditions', `updates may not remove a condition of type "${type}"`),
  );

function foreignDecisions(draft: Draft, old: KubeObject): FieldError[] {
  return ['Approved', 'Denied'].flatMap((type) => {
    const [now, was] = [conditionsOf(draft, type), conditionsOf(old, type)];
    const verb = now.length > was.length ? 'add' : now.length === was.length ? 'modify' : undefined;
    if (verb === undefined || semanticEqual(now, was)) return [];
    return [
      forbidden('status.conditions', `updates may not ${verb} a condition of type "${type}"`),
    ];
  });
}

function certificateErrors(draft: Draft, old: KubeObject): FieldError[] {
  const { certificate = '' } = statusOf(draft);
  const before = statusOf(old).certificate ?? '';
  const errors: FieldError[] = [];
  if (certificate !== '' && !PEM.test(Buffer.from(certificate, 'base64').toString())) {
    const why = 'must contain at least one CERTIFICATE PEM block';
    errors.push(invalid('status.certificate', '<certificate data>', why));
  }
  if (before !== '' && certificate !== before) {
    const why = 'updates may not modify existing certificate content';
    errors.push(forbidden('status.certificate', why));
  }
  return errors;
}
