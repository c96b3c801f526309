/** What an update may change of a pod, and how the refusal shows the rest. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Draft } from '../../../lib/orchestrator/api/kind';
import type { KubeObject } from '../../../lib/orchestrator/api/object';
import { podKind } from '../../../lib/orchestrator/api/kinds/pod';

const TOKEN = 'kube-api-access-abcde';
const answers = readFileSync(join(__dirname, '../data/api-answers.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as { name: string; causes?: unknown });

/** A pod as it is stored: with what admission has added. */
function stored(spec: Record<string, unknown> = {}): KubeObject {
  const draft = pod(spec);
  const mount = {
    name: TOKEN,
    readOnly: true,
    mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
  };
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    {
      configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    },
    {
      downwardAPI: {
        items: [
          { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
        ],
      },
    },
  ];
  const given = draft.spec as { containers: Record<string, unknown>[]; tolerations?: unknown[] };
  draft.spec = {
    ...given,
    // A service account is given to new pods only.
    serviceAccountName: 'default',
    serviceAccount: 'default',
    containers: given.containers.map((one) => ({ ...one, volumeMounts: [mount] })),
    volumes: [{ name: TOKEN, projected: { sources, defaultMode: 420 } }],
  };
  podKind.prepareForCreate?.(draft);
  return draft as unknown as KubeObject;
}

function pod(spec: Record<string, unknown>, image = 'app:v1'): Draft {
  const draft: Draft = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'u12', namespace: 'default' },
    spec: { containers: [{ name: 'app', image }], ...spec },
  };
  podKind.applyDefaults?.(draft);
  draft.spec = {
    ...(draft.spec as object),
    ...ADMITTED,
    tolerations: [
      ...((draft.spec as { tolerations?: unknown[] }).tolerations ?? []),
      toleration('not-ready'),
      toleration('unreachable'),
    ],
  };
  return draft;
}

const ADMITTED = { priority: 0, preemptionPolicy: 'PreemptLowerPriority' };
const toleration = (name: string): unknown => ({
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
});

const update = (draft: Draft, old: KubeObject): unknown =>
  podKind
    .validateWholeUpdate?.(draft, old)
    .map(({ type, field, message }) => ({ reason: type, field, message }));

it('shows what else a new manifest would change, as the real server does', () => {
  const real = answers.find(({ name }) => name === 'change Pod: image')?.causes;
  expect(update(pod({}, 'app:v2'), stored())).toEqual(
    JSON.parse(JSON.stringify(real).replaceAll('<suffix>', 'abcde')),
  );
});

it('lets the image change', () => {
  const old = stored() as unknown as { spec: { containers: object[] } };
  const containers = old.spec.containers.map((one) => ({ ...one, image: 'app:v2' }));
  const draft = { ...old, spec: { ...old.spec, containers } } as unknown as Draft;
  expect(update(draft, old as unknown as KubeObject)).toEqual([]);
});

it('lets tolerations come, but not go', () => {
  const old = stored() as unknown as { spec: { tolerations: unknown[] } };
  const more = { ...old.spec, tolerations: [...old.spec.tolerations, { operator: 'Exists' }] };
  const fewer = { ...old.spec, tolerations: old.spec.tolerations.slice(1) };
  const change = (spec: unknown): unknown =>
    update({ ...old, spec } as unknown as Draft, old as unknown as KubeObject);
  expect(change(more)).toEqual([]);
  expect(change(fewer)).toEqual([
    {
      reason: 'FieldValueForbidden',
      field: 'spec.tolerations',
      message: 'Forbidden: existing toleration can not be modified except its tolerationSeconds',
    },
  ]);
});

it('lets the deadline come nearer only', () => {
  const old = stored({ activeDeadlineSeconds: 60 }) as unknown as { spec: object };
  const change = (activeDeadlineSeconds: number): unknown =>
    update(
      { ...old, spec: { ...old.spec, activeDeadlineSeconds } } as unknown as Draft,
      old as unknown as KubeObject,
    );
  expect(change(30)).toEqual([]);
  expect(change(90)).toMatchObject([{ field: 'spec.activeDeadlineSeconds' }]);
});
