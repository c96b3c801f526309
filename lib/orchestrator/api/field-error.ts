/**
 * Validation errors of single fields, in the words of Kubernetes' own field errors
 * (apimachinery's field package). A list of them becomes one 422 Invalid status.
 */

export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueNotFound'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

export interface FieldError {
  /** The cause's reason in the API status. */
  readonly type: FieldErrorType;
  /** A path such as `spec.template.spec.containers[0].image`. */
  readonly field: string;
  /** The text after the path: `Invalid value: 0: must be greater than 0`. */
  readonly message: string;
}

/** A value as Kubernetes prints it in an error: strings quoted, objects and lists as JSON. */
export function printValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  return JSON.stringify(value);
}

const error = (type: FieldErrorType, field: string, message: string): FieldError => ({
  type,
  field,
  message,
});
const detailed = (head: string, detail: string): string => (detail ? `${head}: ${detail}` : head);

export const required = (field: string, detail = ''): FieldError =>
  error('FieldValueRequired', field, detailed('Required value', detail));
export const invalid = (field: string, value: unknown, detail: string): FieldError =>
  error('FieldValueInvalid', field, detailed(`Invalid value: ${printValue(value)}`, detail));
export const notSupported = (
  field: string,
  value: unknown,
  supported: readonly string[],
): FieldError =>
  error(
    'FieldValueNotSupported',
    field,
    detailed(
      `Unsupported value: ${printValue(value)}`,
      supported.length
        ? `supported values: ${[...supported]
            .sort()
            .map((v) => JSON.stringify(v))
            .join(', ')}`
        : '',
    ),
  );
export const duplicate = (field: string, value: unknown): FieldError =>
  error('FieldValueDuplicate', field, `Duplicate value: ${printValue(value)}`);
export const forbidden = (field: string, detail: string): FieldError =>
  error('FieldValueForbidden', field, detailed('Forbidden', detail));
export const notFound = (field: string, value: unknown): FieldError =>
  error('FieldValueNotFound', field, `Not found: ${printValue(value)}`);
export const tooLong = (field: string, maxLength: number, unit = 'bytes'): FieldError =>
  error('FieldValueTooLong', field, `Too long: may not be more than ${maxLength} ${unit}`);
export const tooMany = (field: string, found: number, max: number): FieldError =>
  error(
    'FieldValueTooMany',
    field,
    `Too many: ${found}: must have at most ${max} item${max === 1 ? '' : 's'}`,
  );
export const typeInvalid = (field: string, value: unknown, detail: string): FieldError =>
  error('FieldValueTypeInvalid', field, detailed(`Invalid value: ${printValue(value)}`, detail));
