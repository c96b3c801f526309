/**
 * ServiceCIDR and IPAddress (networking.k8s.io/v1): the ranges of cluster IPs, and the addresses
 * that are taken from them.
 *
 * FIDELITY: they are kept and checked, but this API server hands out addresses from its own range.
 */
import type { FieldError } from '../field-error';
import { invalid, required } from '../field-error';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import { ageCell, kind } from './define';
import {
  dnsSubdomainErrors,
  immutableField,
  invalidFor,
  isPathSegmentName,
  sameTexts,
} from './fields/field-validation';
import { canonicalCidrErrors, canonicalIpErrors, parseCidr } from './fields/ip-addresses';

interface ParentReference {
  readonly group?: string;
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

const IMMUTABLE = 'field is immutable';

const parentOf = (object: unknown): ParentReference | undefined =>
  (object as { spec?: { parentRef?: ParentReference } }).spec?.parentRef;
const cidrsOf = (object: unknown): readonly string[] =>
  (object as { spec?: { cidrs?: readonly string[] } }).spec?.cidrs ?? [];

export const ipAddressKind = kind({
  apiVersion: 'networking.k8s.io/v1',
  plural: 'ipaddresses',
  updateOrder: ['whole', 'metadata', 'changes'],
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, addressMessages),
    ...parentErrors(parentOf(draft), 'spec.parentRef'),
  ],
  validateUpdate: (draft, old) =>
    immutableField(
      printableParent(parentOf(draft)),
      printableParent(parentOf(old)),
      'spec.parentRef',
    ),
  cells(object, context) {
    const { group, resource = '', namespace, name } = parentOf(object) ?? {};
    const kindName = (group ? `${resource}.${group}` : resource).toLowerCase();
    const parent = [kindName, ...(namespace ? [namespace] : []), name].join('/');
    const age = ageCell(object.metadata.creationTimestamp, context);
    // The server gives the age, too, though it names no column for it.
    return [object.metadata.name, parentOf(object) === undefined ? '<none>' : parent, age];
  },
});

export const serviceCidrKind = kind({
  apiVersion: 'networking.k8s.io/v1',
  plural: 'servicecidrs',
  updateOrder: ['metadata', 'changes'],
  prepareForCreate(draft) {
    draft['spec'] ??= {};
    draft['status'] = {};
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
    ...cidrsErrors(cidrsOf(draft)),
  ],
  validateUpdate(draft, old) {
    const now = cidrsOf(draft);
    const before = cidrsOf(old);
    if (sameTexts(now, before)) return [];
    const mayGrow = before.length === 1 && now.length === 2;
    if (before.length !== now.length && !mayGrow) return [invalid('spec.cidrs', now, IMMUTABLE)];
    const errors = before.flatMap((cidr, i) =>
      cidr === now[i] ? [] : [invalid(`spec.cidrs[${i}]`, now[i], IMMUTABLE)],
    );
    return mayGrow ? [...errors, ...cidrsErrors(now)] : errors;
  },
  cells: (object, context) => [
    object.metadata.name,
    cidrsOf(object).join(','),
    ageCell(object.metadata.creationTimestamp, context),
  ],
});

/** An IPAddress is named by the address. */
const addressMessages = (name: string): string[] =>
  canonicalIpErrors(name, '').map(({ message }) =>
    message.slice(`Invalid value: ${JSON.stringify(name)}: `.length),
  );

/** The parent as Go prints it. */
const printableParent = (parent: ParentReference | undefined): unknown =>
  parent === undefined
    ? null
    : {
        Group: parent.group ?? '',
        Resource: parent.resource ?? '',
        Namespace: parent.namespace ?? '',
        Name: parent.name ?? '',
      };

function parentErrors(parent: ParentReference | undefined, path: string): FieldError[] {
  if (parent === undefined) return [required(path)];
  const { group = '', namespace = '' } = parent;
  const named = (field: 'resource' | 'name'): FieldError[] => {
    const text = parent[field] ?? '';
    if (text === '') return [required(`${path}.${field}`)];
    return invalidFor(`${path}.${field}`, text, isPathSegmentName(text));
  };
  return [
    ...(group === '' ? [] : dnsSubdomainErrors(group, `${path}.group`)),
    ...named('resource'),
    ...named('name'),
    ...invalidFor(`${path}.namespace`, namespace, isPathSegmentName(namespace)),
  ];
}

function cidrsErrors(cidrs: readonly string[]): FieldError[] {
  const field = 'spec.cidrs';
  if (cidrs.length === 0) return [required(field, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalid(field, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, i) => canonicalCidrErrors(cidr, `${field}[${i}]`));
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.address.family);
  if (cidrs.length < 2 || first === undefined || first !== second) return errors;
  const why =
    'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
  return [...errors, invalid(field, cidrs, why)];
}
