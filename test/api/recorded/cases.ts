/** Requests that a real API server (1.36.3) was sent, with its answers: one JSON object a line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type JsonMap = Record<string, unknown>;

export interface RecordedCase {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly userAgent?: string;
  readonly body: unknown;
  readonly before?: JsonMap | 'as after the last';
  readonly after?: JsonMap;
  readonly code: number;
  readonly message?: string;
  readonly warning?: string;
  readonly causes?: readonly unknown[];
}

export function recorded(file: string): RecordedCase[] {
  const text = readFileSync(join(__dirname, `${file}.ndjson`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedCase);
}
