/**
 * Changes of pods and workloads through the API server, held against what a real one answered:
 * the same refusals with the same causes, the same acceptances.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject, NewObject } from '../../lib/orchestrator/api/object';
import { kinds, kindOfObject } from '../../lib/orchestrator/api/kinds';
import { isApiStatusError } from '../../lib/orchestrator/api/status-error';
import { admission } from '../../lib/orchestrator/apiserver/admission';
import { ApiServer } from '../../lib/orchestrator/apiserver/api-server';
import type { PatchType, Requester } from '../../lib/orchestrator/apiserver/requests';
import { resourceNameOf } from '../../lib/orchestrator/apiserver/resource-registry';
import { Clock, Random, Trace } from '../../lib/orchestrator/sim';

interface Change {
  name: string;
  method: string;
  path: string;
  type?: string;
  object: NewObject;
  before: { object: NewObject };
}
interface Answer {
  name: string;
  code: number;
  causes?: { reason: string; field: string; message: string }[];
}

const text = (name: string): string => readFileSync(join(__dirname, '../api/data', name), 'utf8');
const answers = new Map(
  text('workload-update-answers.ndjson')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer)
    .map((answer) => [answer.name, answer]),
);
const changes = JSON.parse(text('workload-updates.json')) as Change[];
const user: Requester = { user: 'admin', manager: 'node', trusted: false };
const PATCHES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

function server(): ApiServer {
  const clock = new Clock(1_714_564_800_000);
  const trace = new Trace(clock);
  const api = new ApiServer({ clock, trace, random: Random.ofSeed(1), kinds, admission });
  const create = (object: NewObject, resource: string, namespace?: string): void => {
    api.create(user, resource, namespace, object);
  };
  const named = (kind: string, name: string): NewObject =>
    ({ apiVersion: 'v1', kind, metadata: { name } }) as NewObject;
  create(named('Namespace', 'default'), 'namespaces');
  create(named('ServiceAccount', 'default'), 'serviceaccounts', 'default');
  return api;
}

/** The causes of the refusal; undefined if the change was made. */
function refusalOf(change: Change): Answer['causes'] {
  const api = server();
  const { object, method, path, type = '' } = change;
  const given = change.before.object as NewObject & { apiVersion: string; kind: string };
  const kind = kindOfObject(given.apiVersion, given.kind);
  if (kind === undefined) throw new Error(`no kind ${given.kind}`);
  const resource = resourceNameOf(kind);
  const stored = api.create(user, resource, 'default', given as NewObject);
  const { name } = stored.metadata;
  const subresource = path.endsWith('/status') ? 'status' : '';
  try {
    if (method === 'PUT') {
      const metadata = { ...object.metadata, namespace: 'default' };
      api.update(user, resource, { ...object, metadata } as unknown as KubeObject);
    } else {
      const patch = PATCHES[type] ?? 'merge';
      api.patch(user, resource, 'default', name, patch, object, subresource);
    }
    return undefined;
  } catch (error) {
    if (!isApiStatusError(error)) throw error;
    const uid = stored.metadata.uid;
    return (error.status.details?.causes ?? []).map(
      ({ reason = '', field = '', message = '' }) => ({
        reason,
        field,
        message: message
          .replaceAll(uid, '<uid>')
          .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<suffix>'),
      }),
    );
  }
}

it.each(changes.map((change) => [change.name, change] as const))('%s', (name, change) => {
  expect(refusalOf(change)).toEqual(answers.get(name)?.causes);
});
