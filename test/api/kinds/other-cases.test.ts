/**
 * All kinds but pods and workloads among what a real API server was asked: the same refusals, and
 * the same objects after defaulting, less what admission and the handing out of addresses add.
 */
import { deepFreeze } from '../../../lib/orchestrator/api/freeze';
import type { FieldError } from '../../../lib/orchestrator/api/field-error';
import type { Draft } from '../../../lib/orchestrator/api/kind';
import type { KubeObject } from '../../../lib/orchestrator/api/object';
import { kindOfObject } from '../../../lib/orchestrator/api/kinds';
import { applyMergePatch } from '../../../lib/orchestrator/api/patch/merge-patch';
import {
  comparable,
  created,
  decoded,
  kindOf,
  recorded,
  recordedCases,
  type Answer,
  type Body,
  type Case,
} from './recorded-cases';

const WORKLOADS = ['Pod', 'PodTemplate', 'ReplicationController', 'Job', 'CronJob'];
const isAsked = ({ method, type }: Case): boolean =>
  method === 'POST' || method === 'PUT' || type === 'application/merge-patch+json';
/** The whole object that a case is about; of a patch the one that is patched. */
const subjectOf = ({ object, before }: Case): Body | undefined => before?.object ?? object;
function isOther(one: Case): boolean {
  const { apiVersion, kind } = subjectOf(one) ?? {};
  if (!isAsked(one) || apiVersion === undefined || kind === undefined) return false;
  if (apiVersion === 'apps/v1' || WORKLOADS.includes(kind)) return false;
  return kindOfObject(apiVersion, kind) !== undefined;
}

const asked = recordedCases(['api', 'other'], isOther);

function updated(one: Case): { draft: Draft; errors: FieldError[] } {
  const { object, path, before, method } = one;
  const kind = kindOf(subjectOf(one) as Body);
  const stored = created(before!.object, before!.path).draft;
  const old = deepFreeze(withAddress(stored)) as unknown as KubeObject;
  const whole = method === 'PATCH' ? applyMergePatch(old as never, object as never) : object;
  const draft = decoded(whole as Body, path);
  const isStatus = path.endsWith('/status');
  if (isStatus) {
    const { status } = draft;
    Object.assign(draft, old, { metadata: { ...old.metadata }, status });
    kind.applyDefaults?.(draft);
    return { draft, errors: kind.validateStatusUpdate?.(draft, old) ?? [] };
  }
  if (kind.subresources.includes('status')) draft['status'] = (old as { status?: unknown }).status;
  kind.applyDefaults?.(draft);
  kind.prepareForUpdate?.(draft, old);
  draft.metadata = { ...old.metadata, ...draft.metadata };
  const errors = kind.validateWholeUpdate?.(draft, old) ?? [
    ...(kind.validateUpdate?.(draft, old) ?? []),
    ...(kind.validate?.(draft) ?? []),
  ];
  return { draft, errors };
}

/** A Service as it is stored: with an address. */
function withAddress(draft: Draft): Draft {
  const spec = draft['spec'] as { type?: string; clusterIP?: string };
  if (draft.kind !== 'Service' || spec.clusterIP || spec.type === 'ExternalName') return draft;
  return { ...draft, spec: { ...spec, clusterIP: '10.96.0.99', clusterIPs: ['10.96.0.99'] } };
}

const outcome = (one: Case): { draft: Draft; errors: FieldError[] } =>
  one.before === undefined ? created(one.object as Body, one.path) : updated(one);

const VOLATILE = [
  'uid',
  'creationTimestamp',
  'resourceVersion',
  'lastPhaseTransitionTime',
  'generation',
  // Handed out, or added by admission.
  'clusterIP',
  'clusterIPs',
  'nodePort',
  'healthCheckNodePort',
  'finalizers',
];
/** A node without the taint that admission gives to new ones. */
function withoutAdmission(object: Record<string, unknown>): Record<string, unknown> {
  if (object['kind'] !== 'Node') return object;
  const spec = { ...(object['spec'] as { taints?: { key: string }[] }) };
  const taints = spec.taints?.filter(({ key }) => key !== 'node.kubernetes.io/not-ready');
  return { ...object, spec: { ...spec, taints: taints?.length ? taints : undefined } };
}

/** Told by the server before a kind is asked. */
const isOfServer = ({ message = '' }: Answer): boolean =>
  /resourceVersion: Invalid value: 0|from "2"/.test(message);

describe('refusals of the other kinds', () => {
  const refused = asked.filter(({ answer }) => answer.code === 422 && !isOfServer(answer));
  it('are many', () => expect(refused.length).toBeGreaterThan(200));
  it.each(refused.map((pair) => [pair.one.name, pair] as const))('%s', (_, { one, answer }) => {
    const causes = outcome(one).errors.map(({ type, field, message }) => ({
      reason: type,
      field,
      message,
    }));
    expect(recorded(causes)).toEqual(answer.causes);
  });
});

describe('defaults of the other kinds', () => {
  const accepted = asked.filter(({ answer }) => answer.code < 300);
  it('are many', () => expect(accepted.length).toBeGreaterThan(120));
  it.each(accepted.map((pair) => [pair.one.name, pair] as const))('%s', (_, { one, answer }) => {
    const { draft, errors } = outcome(one);
    expect(errors).toEqual([]);
    const ours = comparable(withoutAdmission({ ...draft }), VOLATILE) as Record<string, unknown>;
    const real = comparable(withoutAdmission(answer.object ?? {}), VOLATILE) as Record<
      string,
      unknown
    >;
    // Of a changed object the recorder left the status to the controllers.
    if (one.before !== undefined && !one.path.endsWith('/status')) delete ours['status'];
    expect(recorded(ours)).toEqual(real);
  });

  it.each(accepted.map(({ one }) => [one.name, one] as const))(
    'are idempotent and change no shared part: %s',
    (_, one) => {
      const { draft } = outcome(one);
      const again = { ...deepFreeze(structuredClone(draft)) } as Draft;
      again.metadata = { ...again.metadata };
      kindOf(subjectOf(one) as Body).applyDefaults?.(again);
      expect(again).toEqual(draft);
    },
  );
});
