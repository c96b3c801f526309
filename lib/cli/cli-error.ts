/** What ends a command early: a text for people, a stable code for programs, and the exit code. */
import { ExitCode } from './exit-code';

export class CliError extends Error {
  constructor(
    message: string,
    /** `DRY_USAGE`; stays the same when the text changes. */
    readonly code: string,
    readonly exitCode: ExitCode,
  ) {
    super(message);
    this.name = 'CliError';
  }
}

/** The caller's mistake. */
export const usage = (message: string): CliError =>
  new CliError(message, 'DRY_USAGE', ExitCode.Usage);

/** The app did not synthesise, or its manifests were refused. */
export const refused = (message: string, code = 'DRY_REFUSED'): CliError =>
  new CliError(message, code, ExitCode.Refused);

export const interrupted = (): CliError =>
  new CliError('interrupted', 'DRY_INTERRUPTED', ExitCode.Interrupted);
