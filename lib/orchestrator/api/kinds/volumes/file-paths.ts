/** Paths of files within volumes: relative, and never upwards. */
import type { FieldError } from '../../field-error';
import { invalid } from '../../field-error';

/** No `..` among the path's elements. */
export function noBackstepErrors(path: string, field: string): FieldError[] {
  if (!path.split('/').includes('..')) return [];
  return [invalid(field, path, "must not contain '..'")];
}

/** A relative path that stays below where it starts. */
export function descendingPathErrors(path: string, field: string): FieldError[] {
  const absolute = path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : [];
  return [...absolute, ...noBackstepErrors(path, field)];
}

/** A descending path that does not begin with two dots, as the kubelet's own files do. */
export function localPathErrors(path: string, field: string): FieldError[] {
  const errors = descendingPathErrors(path, field);
  if (path.startsWith('..') && !path.startsWith('../')) {
    errors.push(invalid(field, path, "must not start with '..'"));
  }
  return errors;
}
