/**
 * The pod and workload cases among what a real API server was asked: the same refusals, and the
 * same objects after defaulting, less what admission adds.
 */
import type { Draft } from '../../../lib/orchestrator/api/kind';
import {
  comparable,
  created as createdFrom,
  recorded,
  recordedCases,
  type Body,
  type Case,
} from './recorded-cases';

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
const asked = recordedCases(
  ['api', 'workload'],
  ({ method, object }) => method === 'POST' && KINDS.includes(object?.kind ?? ''),
);

/** Admission gives every pod a service account, which validation then finds. */
function withServiceAccount(draft: Draft): void {
  if (draft.kind !== 'Pod') return;
  const spec = draft.spec as Record<string, unknown>;
  draft.spec = { serviceAccountName: 'default', serviceAccount: 'default', ...spec };
}

const created = ({ object, path }: Case) => createdFrom(object as Body, path, withServiceAccount);

const VOLATILE = ['uid', 'creationTimestamp', 'resourceVersion', 'lastTransitionTime'];

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
    const ours = recorded(comparable(withoutAdmission({ ...draft }, one.object), VOLATILE));
    expect(ours).toEqual(comparable(withoutAdmission(answer.object ?? {}, one.object), VOLATILE));
  });
});
