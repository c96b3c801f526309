/** Whose requests a FlowSchema is about: users, groups and service accounts. */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, notSupported, required } from '../../field-error';
import { isDns1123Label, isDns1123Subdomain } from '../../names';

export interface FlowSubject {
  readonly kind?: string;
  readonly user?: { readonly name?: string };
  readonly group?: { readonly name?: string };
  readonly serviceAccount?: { readonly name?: string; readonly namespace?: string };
}

const FIELDS = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;
const KINDS = ['Group', 'ServiceAccount', 'User'];

export function subjectErrors(subject: FlowSubject, path: string): FieldError[] {
  const { kind = '' } = subject;
  if (!KINDS.includes(kind)) return [notSupported(`${path}.kind`, kind, KINDS)];
  const errors: FieldError[] = [];
  const own = FIELDS[kind as keyof typeof FIELDS];
  if (subject[own] === undefined) {
    errors.push(required(`${path}.${own}`, `${own} is required when subject kind is '${kind}'`));
  } else errors.push(...ownErrors(subject, own, `${path}.${own}`));
  for (const [otherKind, other] of Object.entries(FIELDS)) {
    if (other === own || subject[other] === undefined) continue;
    const why = `${other} is forbidden when subject kind is not '${otherKind}'`;
    errors.push(forbidden(`${path}.${other}`, why));
  }
  return errors;
}

function ownErrors(
  subject: FlowSubject,
  field: 'serviceAccount' | 'user' | 'group',
  path: string,
): FieldError[] {
  const name = subject[field]?.name ?? '';
  if (field !== 'serviceAccount') return name === '' ? [required(`${path}.name`)] : [];
  const namespace = subject.serviceAccount?.namespace ?? '';
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(`${path}.name`));
  else if (name !== '*') {
    errors.push(...isDns1123Subdomain(name).map((why) => invalid(`${path}.name`, name, why)));
  }
  if (namespace === '') {
    const why = 'must specify namespace for service account';
    return [...errors, required(`${path}.namespace`, why)];
  }
  const bad = isDns1123Label(namespace);
  return [...errors, ...bad.map((why) => invalid(`${path}.namespace`, namespace, why))];
}
