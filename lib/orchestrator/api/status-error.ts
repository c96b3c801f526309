/**
 * The API server's refusals: a Kubernetes `Status` that is thrown. Texts, reasons and codes
 * are Kubernetes' own, so kubectl and its users see what they know.
 */
import type { FieldError } from './field-error';

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Record<string, never>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly StatusCause[];
    readonly retryAfterSeconds?: number;
  };
  readonly code?: number;
}

/** What an error is about: `group` is '' for core, `resource` the plural (`deployments`). */
export interface ResourceRef {
  readonly group: string;
  readonly resource: string;
}

export class ApiStatusError extends Error {
  constructor(readonly status: Status) {
    super(status.message ?? status.reason ?? 'unknown error');
    this.name = 'ApiStatusError';
  }

  get reason(): string | undefined {
    return this.status.reason;
  }

  get code(): number {
    return this.status.code ?? 500;
  }
}

export const isApiStatusError = (error: unknown, reason?: string): error is ApiStatusError =>
  error instanceof ApiStatusError && (reason === undefined || error.status.reason === reason);
export const isNotFound = (error: unknown): error is ApiStatusError =>
  isApiStatusError(error, 'NotFound');
export const isConflict = (error: unknown): error is ApiStatusError =>
  isApiStatusError(error, 'Conflict');
export const isAlreadyExists = (error: unknown): error is ApiStatusError =>
  isApiStatusError(error, 'AlreadyExists');

export function failure(
  code: number,
  reason: string | undefined,
  message: string,
  details?: Status['details'],
): ApiStatusError {
  return new ApiStatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason ? { reason } : {}),
    ...(details ? { details } : {}),
    code,
  });
}

/** `deployments.apps`, or `pods` for the core group. */
export const qualified = (ref: ResourceRef): string =>
  ref.group ? `${ref.resource}.${ref.group}` : ref.resource;
const details = (ref: ResourceRef, name: string): NonNullable<Status['details']> => ({
  ...(name ? { name } : {}),
  ...(ref.group ? { group: ref.group } : {}),
  kind: ref.resource,
});

export const notFoundError = (ref: ResourceRef, name: string): ApiStatusError =>
  failure(404, 'NotFound', `${qualified(ref)} "${name}" not found`, details(ref, name));
export const alreadyExistsError = (ref: ResourceRef, name: string): ApiStatusError =>
  failure(409, 'AlreadyExists', `${qualified(ref)} "${name}" already exists`, details(ref, name));
export const conflictError = (ref: ResourceRef, name: string, why: string): ApiStatusError =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(ref)} "${name}": ${why}`,
    details(ref, name),
  );
export const forbiddenError = (ref: ResourceRef, name: string, why: string): ApiStatusError =>
  failure(
    403,
    'Forbidden',
    name
      ? `${qualified(ref)} "${name}" is forbidden: ${why}`
      : `${qualified(ref)} is forbidden: ${why}`,
    details(ref, name),
  );
export const badRequestError = (message: string): ApiStatusError =>
  failure(400, 'BadRequest', message);
export const goneError = (message: string): ApiStatusError => failure(410, 'Expired', message);
export const internalError = (message: string): ApiStatusError =>
  failure(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  });

/** One 422 from a list of field errors; equal messages are said once, as Kubernetes does. */
export function invalidError(
  group: string,
  kind: string,
  name: string,
  errors: readonly FieldError[],
): ApiStatusError {
  const texts = [...new Set(errors.map((e) => `${e.field}: ${e.message}`))];
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return failure(
    422,
    'Invalid',
    `${group ? `${kind}.${group}` : kind} "${name}" is invalid: ${text}`,
    {
      ...(name ? { name } : {}),
      ...(group ? { group } : {}),
      kind,
      causes: errors.map((e) => ({ reason: e.type, message: e.message, field: e.field })),
    },
  );
}
