/** `kubectl replace -f`: puts an object in the place of the one that is there. */
import type { KubeObject } from '../../orchestrator/api/object';
import { decodeObject } from '../../orchestrator/api/schema/decode-body';
import { resourceNameOf } from '../../orchestrator/apiserver/resource-registry';
import { manifestsOf, type Manifest } from '../input/manifests';
import type { Invocation } from '../invocation';
import { report } from '../output/report';

export function replace(invocation: Invocation): void {
  for (const manifest of manifestsOf(invocation)) {
    try {
      report(invocation, manifest.kind, replaceOne(invocation, manifest), 'replaced');
    } catch (error) {
      invocation.fail(error, `error when replacing "${manifest.source}": `);
    }
  }
}

function replaceOne(
  invocation: Invocation,
  { kind, object, namespace, name }: Manifest,
): KubeObject {
  const { group, version, kind: kindName, schema: schemaKey } = kind;
  const expected = { group, version, kind: kindName, schemaKey };
  const wanted = decodeObject(object, expected, 'Strict').object as unknown as KubeObject;
  const { api, dryRun } = invocation;
  const resource = resourceNameOf(kind);
  const live = api.get<KubeObject>(resource, namespace, name);
  if (dryRun === 'client') return wanted;
  const requester = invocation.requester('kubectl-replace');
  const { resourceVersion = live.metadata.resourceVersion } = wanted.metadata;
  const body = { ...wanted, metadata: { ...wanted.metadata, resourceVersion } };
  return api.update(requester, resource, body, { dryRun: dryRun === 'server' });
}
