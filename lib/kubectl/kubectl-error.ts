/** What makes kubectl stop: a message for stderr, as it prints it, and an exit code. */
import type { ApiStatusError } from '../orchestrator/api/status-error';

export class KubectlError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
    this.name = 'KubectlError';
  }
}

/** An error of kubectl's own. */
export const usageError = (message: string): KubectlError => new KubectlError(`error: ${message}`);

/** An error in how a command is used, with a hint where to read on. */
export const helpError = (verb: string, message: string): KubectlError =>
  usageError(`${message}\nSee 'kubectl ${verb} -h' for help and examples`);

/** What kubectl prints for a refusal of the API server. */
export function refusalText({ status }: ApiStatusError, during = ''): string {
  const { reason, message = '', details } = status;
  if (reason === 'Invalid') return invalidText(message, details?.causes ?? [], details);
  const named = reason === undefined || reason === '' ? '' : ` (${reason})`;
  return `Error from server${named}: ${during}${message}`;
}

interface Details {
  readonly kind?: string;
  readonly name?: string;
}

function invalidText(
  message: string,
  causes: readonly { readonly field?: string; readonly message?: string }[],
  details: Details = {},
): string {
  const { kind, name } = details;
  const subject = !kind ? 'The request is invalid' : `The ${kind} "${name}" is invalid`;
  const lines = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  if (lines.length === 0) return `${subject}: ${message}`;
  if (lines.length === 1) return `${subject}: ${lines[0]}`;
  return `${subject}: \n${lines.map((line) => `* ${line}`).join('\n')}`;
}
