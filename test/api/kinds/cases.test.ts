/**
 * The pod and workload cases among what a real API server was asked: the same refusals, and the
 * same objects after defaulting, less what admission adds.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldError } from '../../../lib/orchestrator/api/field-error';
import type { Draft, KindDefinition } from '../../../lib/orchestrator/api/kind';
import { kindOfObject } from '../../../lib/orchestrator/api/kinds';
import { decodeStrict } from '../../../lib/orchestrator/api/schema/decode';

interface Case {
  name: string;
  method: string;
  path: string;
  object?: { apiVersion: string; kind: string; metadata: Record<string, unknown> };
}
interface Answer {
  name: string;
  code: number;
  causes?: { reason: string; field: string; message: string }[];
  object?: Record<string, unknown>;
}

const KINDS = [
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
  'ControllerRevision',
  'PodTemplate',
];
const UID = '01234567-89ab-cdef-0123-456789abcdef';
const text = (name: string): string => readFileSync(join(__dirname, '../data', name), 'utf8');
/** A long text is written short: "@repeat x 64". */
const expanded = (cases: string): string =>
  cases.replace(/"@repeat (\S) (\d+)"/g, (_, character: string, count: string) =>
    JSON.stringify(character.repeat(Number(count))),
  );
/** Both sets were recorded from Kubernetes 1.36. */
const recordings = [
  ['api-cases.json', 'api-answers.ndjson'],
  ['workload-cases.json', 'workload-answers.ndjson'],
] as const;
const asked = recordings.flatMap(([caseFile, answerFile]) => {
  const answers = new Map(
    text(answerFile)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Answer)
      .map((answer) => [answer.name, answer]),
  );
  return (JSON.parse(expanded(text(caseFile))) as Case[])
    .filter(({ method, object }) => method === 'POST' && KINDS.includes(object?.kind ?? ''))
    .map((one) => ({ one, answer: answers.get(one.name) as Answer }));
});

/** What the API server does with a new object, less admission. */
function created({ object, path }: Case): { draft: Draft; errors: FieldError[] } {
  const kind = kindOfObject(object?.apiVersion ?? '', object?.kind ?? '') as KindDefinition;
  const draft = decodeStrict(object, kind.schema).value as Draft;
  draft.metadata = { ...draft.metadata };
  draft.metadata.namespace ??= /namespaces\/([^/]+)/.exec(path)?.[1];
  kind.applyDefaults?.(draft);
  if (draft.kind === 'Pod') {
    // Admission gives every pod a service account, which validation then finds.
    const spec = draft.spec as Record<string, unknown>;
    draft.spec = { serviceAccountName: 'default', serviceAccount: 'default', ...spec };
  }
  Object.assign(draft.metadata, { uid: UID, creationTimestamp: '2024-05-01T12:00:00Z' });
  if (kind.generation !== 'none') draft.metadata.generation = 1;
  kind.prepareForCreate?.(draft);
  return { draft, errors: kind.validate?.(draft) ?? [] };
}

/** As the recorder wrote texts down. */
const recorded = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(UID, '<uid>')
      .replace(/\(\d+\)/g, '(<n>)'),
  );

const VOLATILE = ['uid', 'creationTimestamp', 'resourceVersion', 'lastTransitionTime'];
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, one]) => !VOLATILE.includes(key) && one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, comparable(one)]);
  return Object.fromEntries(entries) as unknown;
}

/** A pod without what admission plugins gave it. */
function withoutAdmission(object: Record<string, unknown>, given: unknown): unknown {
  if (object.kind !== 'Pod') return object;
  const asked = ((given as { spec?: Record<string, unknown> }).spec ?? {}) as Record<
    string,
    unknown
  >;
  const spec = { ...(object.spec as Record<string, unknown>) };
  for (const name of ['serviceAccount', 'serviceAccountName', 'priority', 'preemptionPolicy']) {
    if (asked[name] === undefined) delete spec[name];
  }
  const token = (one: unknown): boolean => /kube-api-access/.test(JSON.stringify(one));
  const without = (list: unknown, drop: (one: unknown) => boolean): unknown => {
    const kept = (Array.isArray(list) ? list : []).filter((one) => !drop(one));
    return kept.length === 0 ? undefined : kept;
  };
  const wanted = JSON.stringify(asked.tolerations ?? []);
  const added = (one: unknown): boolean => {
    const { key = '' } = one as { key?: string };
    return /node.kubernetes.io\/(not-ready|unreachable)/.test(key) && !wanted.includes(key);
  };
  spec.volumes = without(spec.volumes, token);
  spec.tolerations = without(spec.tolerations, added);
  for (const list of ['containers', 'initContainers']) {
    if (!Array.isArray(spec[list])) continue;
    spec[list] = (spec[list] as Record<string, unknown>[]).map((container) => ({
      ...container,
      volumeMounts: without(container.volumeMounts, token),
    }));
  }
  return { ...object, spec };
}

describe('refusals of pods and workloads', () => {
  const refused = asked.filter(({ answer }) => answer.code === 422);
  it.each(refused.map((pair) => [pair.one.name, pair] as const))('%s', (_, { one, answer }) => {
    const { errors } = created(one);
    const causes = errors.map(({ type, field, message }) => ({ reason: type, field, message }));
    expect(recorded(causes)).toEqual(recorded(answer.causes));
  });
});

describe('defaults of pods and workloads', () => {
  const accepted = asked.filter(({ answer }) => answer.code < 300);
  it.each(accepted.map((pair) => [pair.one.name, pair] as const))('%s', (_, { one, answer }) => {
    const { draft, errors } = created(one);
    expect(errors).toEqual([]);
    const ours = recorded(comparable(withoutAdmission({ ...draft }, one.object)));
    expect(ours).toEqual(comparable(withoutAdmission(answer.object ?? {}, one.object)));
  });
});
