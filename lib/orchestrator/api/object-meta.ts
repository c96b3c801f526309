/**
 * Validation of metadata, the same for every kind: names, namespaces, labels, annotations, owners
 * and finalizers. Stands for apimachinery's and core's ValidateObjectMeta and its update variant.
 */
import type { FieldError } from './field-error';
import { forbidden, invalid, required } from './field-error';
import {
  isDns1123Label,
  isQualifiedName,
  validateAnnotations,
  validateLabels,
} from './name-formats';
import type { OwnerReference, StringMap } from './object';

/** What is wrong with a name; none if all is well. */
export type NameCheck = (name: string) => string[];
/** Metadata on its way in. */
export type DraftMeta = Readonly<Record<string, unknown>>;

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Metadata of a new object (or of the whole object that an update leads to). */
export function validateObjectMeta(
  metadata: DraftMeta,
  namespaced: boolean,
  nameCheck: NameCheck,
  field = 'metadata',
): FieldError[] {
  const finalizers = (metadata.finalizers ?? []) as readonly string[];
  const errors = validateNames(metadata, namespaced, nameCheck, field);
  const generation = metadata.generation;
  if (typeof generation === 'number' && generation < 0) {
    errors.push(invalid(`${field}.generation`, generation, 'must be greater than or equal to 0'));
  }
  errors.push(
    ...validateMaps(metadata, field),
    ...validateFinalizers(finalizers, `${field}.finalizers`),
  );
  finalizers.forEach((finalizer, index) => {
    if (finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)) return;
    const why = 'name is neither a standard finalizer name nor is it fully qualified';
    errors.push(invalid(`${field}.finalizers[${index}]`, finalizer, why));
  });
  return errors;
}

function validateNames(
  metadata: DraftMeta,
  namespaced: boolean,
  nameCheck: NameCheck,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const { name, generateName, namespace } = metadata;
  if (typeof generateName === 'string' && generateName !== '') {
    for (const message of nameCheck(asPrefix(generateName))) {
      errors.push(invalid(`${field}.generateName`, generateName, message));
    }
  }
  if (typeof name !== 'string' || name === '') {
    errors.push(required(`${field}.name`, 'name or generateName is required'));
  } else {
    for (const message of nameCheck(name)) errors.push(invalid(`${field}.name`, name, message));
  }
  const hasNamespace = typeof namespace === 'string' && namespace !== '';
  if (namespaced && !hasNamespace) errors.push(required(`${field}.namespace`));
  if (!namespaced && hasNamespace) {
    errors.push(forbidden(`${field}.namespace`, 'not allowed on this type'));
  }
  if (namespaced && hasNamespace) {
    for (const message of isDns1123Label(namespace)) {
      errors.push(invalid(`${field}.namespace`, namespace, message));
    }
  }
  return errors;
}

/** A prefix may end in a dash, for more follows. */
const asPrefix = (generateName: string): string =>
  generateName.length > 1 && generateName.endsWith('-')
    ? `${generateName.slice(0, -2)}a`
    : generateName;

/** What an update may not do to metadata, and its labels, annotations and owners again. */
export function validateObjectMetaUpdate(
  metadata: DraftMeta,
  old: DraftMeta,
  field = 'metadata',
): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    const before = new Set((old.finalizers ?? []) as readonly string[]);
    const now = (metadata.finalizers ?? []) as readonly string[];
    const extra = [...new Set(now.filter((finalizer) => !before.has(finalizer)))].sort();
    if (extra.length > 0) {
      const list = `[]string{${extra.map((one) => JSON.stringify(one)).join(', ')}}`;
      const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
      errors.push(forbidden(`${field}.finalizers`, why));
    }
  }
  for (const name of ['name', 'namespace', 'uid', 'creationTimestamp'] as const) {
    if ((metadata[name] ?? '') === (old[name] ?? '')) continue;
    errors.push(invalid(`${field}.${name}`, metadata[name] ?? '', 'field is immutable'));
  }
  for (const name of ['deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (metadata[name] === old[name]) continue;
    errors.push(invalid(`${field}.${name}`, metadata[name], 'field is immutable'));
  }
  errors.push(...validateMaps(metadata, field));
  return errors;
}

/** Labels, annotations and owners. */
function validateMaps(metadata: DraftMeta, field: string): FieldError[] {
  return [
    ...validateLabels(metadata.labels as StringMap | undefined, `${field}.labels`),
    ...validateAnnotations(metadata.annotations as StringMap | undefined, `${field}.annotations`),
    ...validateOwnerReferences(
      (metadata.ownerReferences ?? []) as readonly OwnerReference[],
      `${field}.ownerReferences`,
    ),
  ];
}

/** References to owners: complete, and at most one that controls. */
export function validateOwnerReferences(
  owners: readonly OwnerReference[],
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let controller = '';
  for (const owner of owners) {
    errors.push(...validateOwnerReference(owner, field));
    if (owner.controller !== true) continue;
    const current = `${owner.kind}/${owner.name}`;
    if (controller === '') {
      controller = current;
      continue;
    }
    const why =
      'Only one reference can have Controller set to true. ' +
      `Found "true" in references for ${controller} and ${current}`;
    errors.push(invalid(field, owners.map(inGoOrder), why));
  }
  return errors;
}

function validateOwnerReference(owner: OwnerReference, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const parts = (owner.apiVersion ?? '').split('/');
  const version = parts.length > 2 ? '' : (parts.pop() ?? '');
  if (version === '') {
    errors.push(
      invalid(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'),
    );
  }
  for (const name of ['kind', 'name', 'uid'] as const) {
    if ((owner[name] ?? '') === '') {
      errors.push(invalid(`${field}.${name}`, '', 'must not be empty'));
    }
  }
  if (owner.apiVersion === 'v1' && owner.kind === 'Event') {
    const why = '/v1, Kind=Event is disallowed from being an owner';
    errors.push(invalid(field, inGoOrder(owner), why));
  }
  return errors;
}

/** The fields in the order in which Kubernetes prints them. */
const inGoOrder = (owner: OwnerReference): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.name,
  uid: owner.uid,
  ...(owner.controller === undefined ? {} : { controller: owner.controller }),
  ...(owner.blockOwnerDeletion === undefined
    ? {}
    : { blockOwnerDeletion: owner.blockOwnerDeletion }),
});

/** Finalizers: qualified names, and not both of the garbage collector's. */
export function validateFinalizers(finalizers: readonly string[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const finalizer of finalizers) {
    for (const message of isQualifiedName(finalizer)) {
      errors.push(invalid(field, finalizer, message));
    }
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const why = 'finalizer orphan and foregroundDeletion cannot be both set';
    errors.push(invalid(field, finalizers, why));
  }
  return errors;
}
