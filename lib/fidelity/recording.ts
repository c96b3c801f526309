/** A recording on disk: `trace.ndjson` (or gzipped), the texts of commands, and `projection.json`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Golden } from './comparison';
import { projectionOf, type Projection } from './projection';
import type { WatchRecord } from './watch-record';

export function readTrace(directory: string): WatchRecord[] {
  return traceText(directory)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as WatchRecord);
}

function traceText(directory: string): string {
  const plain = join(directory, 'trace.ndjson');
  if (existsSync(plain)) return readFileSync(plain, 'utf8');
  const zipped = `${plain}.gz`;
  return existsSync(zipped) ? gunzipSync(readFileSync(zipped)).toString('utf8') : '';
}

/** What the compared commands printed, by the name that the scenario gave the output. */
export function readTexts(directory: string): Record<string, string> {
  const files = readdirSync(directory).filter((file) => file.endsWith('.txt'));
  return Object.fromEntries(
    files.map((file) => [
      file.slice(0, -'.txt'.length),
      readFileSync(join(directory, file), 'utf8'),
    ]),
  );
}

export const projectRecording = (directory: string): Projection =>
  projectionOf(readTrace(directory), readTexts(directory));

/**
 * What real Kubernetes always does in a scenario; undefined if there is no recording of it.
 * @throws Error if the recording is broken off
 */
export function readGolden(directory: string): Golden | undefined {
  const path = join(directory, 'projection.json');
  if (!existsSync(path)) return undefined;
  let golden: Partial<Golden>;
  try {
    golden = JSON.parse(readFileSync(path, 'utf8')) as Partial<Golden>;
  } catch (error) {
    throw new Error(`${path} is no projection of a recording: ${(error as Error).message}`);
  }
  const { always, sometimes } = golden;
  if (Array.isArray(always) && Array.isArray(sometimes)) return { always, sometimes };
  throw new Error(
    `${path} does not say which lines all recordings have ('always') and which only some have ('sometimes')`,
  );
}
