/**
 * Brings manifests to the cluster as `kubectl apply --server-side` does: each object is decoded
 * strictly, created or merged, and told of by name. Nothing is lost in silence: what the API server
 * refuses is in the answer, object by object.
 */
import type { KubeObject } from '../api/object';
import { ApiStatusError, failure } from '../api/status-error';
import type { ApiServer } from '../apiserver/api-server';
import type { Requester } from '../apiserver/requests';
import { resourceNameOf } from '../apiserver/resource-registry';

export const administrator: Requester = {
  user: 'kubernetes-admin',
  groups: ['system:masters'],
  manager: 'cdk8s-drydock',
  trusted: false,
};

/** An object as YAML or JSON has it, with `apiVersion` and `kind`. */
export type Manifest = Readonly<Record<string, unknown>>;

/** What became of one manifest. */
export interface AppliedObject {
  /** `deployment/web`, `namespace/shop` */
  readonly what: string;
  /** The manifest as it was given. */
  readonly manifest: Manifest;
  /** What the API server did. */
  readonly result: 'created' | 'configured' | 'unchanged' | 'refused';
  /** The object as it is stored now; undefined if it was refused. */
  readonly object: KubeObject | undefined;
  /** Why it was refused, in the API server's words. */
  readonly error: ApiStatusError | undefined;
}

/** Kinds that others need to be there: applied first, otherwise the given order stands. */
const FIRST = ['Namespace', 'CustomResourceDefinition', 'PriorityClass', 'StorageClass'];

export function applyObjects(api: ApiServer, manifests: readonly Manifest[]): AppliedObject[] {
  const rank = (manifest: Manifest): number => {
    const at = FIRST.indexOf(String(manifest['kind']));
    return at < 0 ? FIRST.length : at;
  };
  const ordered = manifests.map((manifest, index) => ({ manifest, index }));
  ordered.sort((a, b) => rank(a.manifest) - rank(b.manifest) || a.index - b.index);
  const results = new Array<AppliedObject>(manifests.length);
  for (const { manifest, index } of ordered) results[index] = applyOne(api, manifest);
  return results;
}

interface Identity {
  readonly name?: string;
  readonly namespace?: string;
}

function applyOne(api: ApiServer, manifest: Manifest): AppliedObject {
  const metadata = (manifest['metadata'] ?? {}) as Identity;
  const kindName = String(manifest['kind'] ?? '');
  const what = `${kindName.toLowerCase()}/${metadata.name ?? ''}`;
  try {
    const kind = api.registry.ofObject(String(manifest['apiVersion'] ?? ''), kindName);
    if (kind === undefined) {
      throw failure(
        404,
        'NotFound',
        `no matches for kind "${kindName}" in version "${String(manifest['apiVersion'])}"`,
      );
    }
    if (!metadata.name)
      throw failure(400, 'BadRequest', 'metadata.name: Required value: name is required');
    const namespace = kind.namespaced ? (metadata.namespace ?? 'default') : undefined;
    const resource = resourceNameOf(kind);
    const before = api.tryGet<KubeObject>(resource, namespace, metadata.name);
    const object = api.patch<KubeObject>(
      administrator,
      resource,
      namespace,
      metadata.name,
      'apply',
      manifest,
      '',
      { fieldManager: administrator.manager, force: true },
    );
    const result =
      before === undefined ? 'created' : before === object ? 'unchanged' : 'configured';
    return { what, manifest, result, object, error: undefined };
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    return { what, manifest, result: 'refused', object: undefined, error };
  }
}
