/** Durations as Kubernetes writes them, with the flag named when they are none. */
import { durationMs } from '../../orchestrator/sim';
import { usage } from '../cli-error';

/** @returns milliseconds */
export function durationArgument(flag: string, text: string): number {
  try {
    return durationMs(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usage(`${flag}: ${error.message}.`);
  }
}
