/**
 * Runs many calls in batches of 1, 2, 4, 8, …: if the first fails (a quota is used up), the rest
 * is not tried. Calls of a batch run one after the other, where upstream runs them in parallel.
 */
import { ApiStatusError } from '../../api/status-error';
import { ConnectionError } from '../../client/connection-error';

export interface SlowStartResult {
  readonly succeeded: number;
  /** The first failure; the batches after its own were not tried. */
  readonly error: ApiStatusError | ConnectionError | undefined;
}

/** What the API server refused or could not be asked for; anything else is a fault of ours. */
export function isRefusal(error: unknown): error is ApiStatusError | ConnectionError {
  return error instanceof ApiStatusError || error instanceof ConnectionError;
}

export function slowStartBatch(
  count: number,
  call: (index: number) => void,
  initialBatch = 1,
): SlowStartResult {
  let succeeded = 0;
  let index = 0;
  let batch = Math.min(count, initialBatch);
  while (batch > 0) {
    let failure: ApiStatusError | ConnectionError | undefined;
    for (let i = 0; i < batch; i++) {
      try {
        call(index++);
        succeeded++;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) return { succeeded, error: failure };
    batch = Math.min(2 * batch, count - index);
  }
  return { succeeded, error: undefined };
}
