/** Validation of hostPath, in pods and in PersistentVolumes alike. */
import type { FieldError } from '../../field-error';
import { notSupported, required } from '../../field-error';
import { noBackstepErrors } from './file-paths';

const TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

export function hostPathSourceErrors(path: string, type: string, field: string): FieldError[] {
  if (path === '') return [required(`${field}.path`)];
  const errors = noBackstepErrors(path, `${field}.path`);
  return TYPES.includes(type) ? errors : [...errors, notSupported(`${field}.type`, type, TYPES)];
}
