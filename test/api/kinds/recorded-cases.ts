/**
 * What a real API server of Kubernetes 1.36 was asked and what it answered, and the parts of a
 * server that a kind needs around it to answer the same.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldError } from '../../../lib/orchestrator/api/field-error';
import type { Draft, KindDefinition } from '../../../lib/orchestrator/api/kind';
import { kindOfObject } from '../../../lib/orchestrator/api/kinds';
import type { KubeObject } from '../../../lib/orchestrator/api/object';
import { decodeStrict } from '../../../lib/orchestrator/api/schema/decode';

export type Body = { apiVersion: string; kind: string; metadata: Record<string, unknown> };

export interface Case {
  name: string;
  method: string;
  path: string;
  type?: string;
  object?: Body;
  before?: { path: string; object: Body };
}

export interface Answer {
  name: string;
  code: number;
  message?: string;
  causes?: { reason: string; field: string; message: string }[];
  object?: Record<string, unknown>;
}

export const UID = '01234567-89ab-cdef-0123-456789abcdef';

const text = (name: string): string => readFileSync(join(__dirname, '../data', name), 'utf8');

/** A long text is written short: "@repeat x 64". */
const expanded = (cases: string): string =>
  cases.replace(/"@repeat (\S) (\d+)"/g, (_, character: string, count: string) =>
    JSON.stringify(character.repeat(Number(count))),
  );

/** The wanted ones of the cases in `data/SET-cases.json`, each with its answer. */
export function recordedCases(
  sets: readonly string[],
  isWanted: (one: Case) => boolean,
): { one: Case; answer: Answer }[] {
  return sets.flatMap((set) => {
    const answers = new Map(
      text(`${set}-answers.ndjson`)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Answer)
        .map((answer) => [answer.name, answer]),
    );
    const cases = JSON.parse(expanded(text(`${set}-cases.json`))) as Case[];
    return cases.filter(isWanted).map((one) => ({ one, answer: answers.get(one.name) as Answer }));
  });
}

export const kindOf = ({ apiVersion, kind }: Body): KindDefinition =>
  kindOfObject(apiVersion, kind) as KindDefinition;

/** A body as the server reads it. */
export function decoded(body: Body, path: string): Draft {
  const draft = decodeStrict(body, kindOf(body).schema).value as Draft;
  draft.metadata = { ...draft.metadata };
  const namespace = /namespaces\/([^/]+)\//.exec(path)?.[1];
  if (namespace !== undefined) draft.metadata.namespace ??= namespace;
  return draft;
}

/**
 * What the server does with a new object, less admission.
 * @param admit what of admission the kind's checks cannot do without
 */
export function created(
  body: Body,
  path: string,
  admit: (draft: Draft) => void = () => undefined,
): { draft: Draft; errors: FieldError[] } {
  const version = kindOf(body);
  const given = decoded(body, path);
  // Of a version that is a view of another resource, that one is stored.
  const isView = version.storage !== undefined;
  const draft = isView ? (version.conversion!.toStored(given) as Draft) : given;
  const kind = kindOf(draft);
  kind.applyDefaults?.(draft);
  admit(draft);
  Object.assign(draft.metadata, { uid: UID, creationTimestamp: '2024-05-01T12:00:00Z' });
  if (kind.generation !== 'none') draft.metadata.generation = 1;
  kind.prepareForCreate?.(draft);
  const errors = version.validate?.(draft) ?? [];
  if (!isView) return { draft, errors };
  const shown = version.conversion!.fromStored(draft as unknown as KubeObject);
  return { draft: shown as unknown as Draft, errors };
}

/** As the recorder wrote texts down. */
export const recorded = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(UID, '<uid>')
      .replace(/\(\d+\)/g, '(<n>)'),
  );

/** The value without what differs from run to run, its keys sorted. */
export function comparable(value: unknown, volatile: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => comparable(item, volatile));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, one]) => !volatile.includes(key) && one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, comparable(one, volatile)]);
  return Object.fromEntries(entries) as unknown;
}
