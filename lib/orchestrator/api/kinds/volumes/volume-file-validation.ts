/** Validation of files that volumes put together: from keys of objects, and from fields of the pod. */
import type { FieldError } from '../../field-error';
import { invalid, required } from '../../field-error';
import { VOLUME_FIELDS, fieldRefErrors, resourceFieldRefErrors } from '../pods/downward-api';
import type { DraftDownwardFile, DraftKeyToPath } from '../pods/pod-spec-draft';
import { localPathErrors } from './file-paths';

const MODE_MESSAGE = 'must be a number between 0 and 0777 (octal), both inclusive';

export const modeErrors = (mode: number | undefined, field: string): FieldError[] =>
  typeof mode === 'number' && (mode > 0o777 || mode < 0)
    ? [invalid(field, mode, MODE_MESSAGE)]
    : [];

/** A key of a Secret or ConfigMap as a file. */
export function keyToPathErrors(item: DraftKeyToPath, field: string): FieldError[] {
  const { key = '', path = '' } = item;
  return [
    ...(key === '' ? [required(`${field}.key`)] : []),
    ...(path === '' ? [required(`${field}.path`)] : []),
    ...localPathErrors(path, `${field}.path`),
    ...modeErrors(item.mode, `${field}.mode`),
  ];
}

/** A file with a field of the pod; its path lacks the item's index, as in the real server. */
export function downwardFileErrors(file: DraftDownwardFile, field: string): FieldError[] {
  const { path = '', fieldRef, resourceFieldRef } = file;
  const errors = path === '' ? [required(`${field}.path`)] : [];
  errors.push(...localPathErrors(path, `${field}.path`));
  if (fieldRef) {
    errors.push(...fieldRefErrors(fieldRef, VOLUME_FIELDS, `${field}.fieldRef`));
    if (resourceFieldRef) {
      const why = 'fieldRef and resourceFieldRef can not be specified simultaneously';
      errors.push(invalid(field, 'resource', why));
    }
  } else if (resourceFieldRef) {
    errors.push(...resourceFieldRefErrors(resourceFieldRef, `${field}.resourceFieldRef`, true));
  } else errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...modeErrors(file.mode, `${field}.mode`)];
}
