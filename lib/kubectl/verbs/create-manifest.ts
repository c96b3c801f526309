/** Creates the object of a manifest as the API server takes it from a file: decoded, and strictly. */
import type { KubeObject } from '../../orchestrator/api/object';
import { decodeObject } from '../../orchestrator/api/schema/decode-body';
import { resourceNameOf } from '../../orchestrator/apiserver/resource-registry';
import type { Manifest } from '../input/manifests';
import type { Invocation } from '../invocation';

/** The object as it is then; as it was sent in a dry run of the client's. */
export function createManifest(
  invocation: Invocation,
  { kind, namespace, object }: Pick<Manifest, 'kind' | 'namespace' | 'object'>,
  manager: string,
): KubeObject {
  const { group, version, kind: name, schema: schemaKey } = kind;
  const expected = { group, version, kind: name, schemaKey };
  const decoded = decodeObject(object, expected, 'Strict').object;
  if (invocation.dryRun === 'client') return decoded as unknown as KubeObject;
  const resource = resourceNameOf(kind);
  const options = { dryRun: invocation.dryRun === 'server' };
  const requester = invocation.requester(manager);
  return invocation.api.create(requester, resource, namespace, decoded as never, options);
}
