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

/** How often, and for how many ms, what was just defined is waited for. */
const LOOKS = 20;
const LOOK_MS = 10;

/** @param letPass lets virtual time pass, so that what is defined here can be used here */
export function applyObjects(
  api: ApiServer,
  manifests: readonly Manifest[],
  letPass?: (ms: number) => void,
): AppliedObject[] {
  const rank = (manifest: Manifest): number => {
    const at = FIRST.indexOf(String(manifest['kind']));
    return at < 0 ? FIRST.length : at;
  };
  const ordered = manifests.map((manifest, index) => ({ manifest, index }));
  ordered.sort((a, b) => rank(a.manifest) - rank(b.manifest) || a.index - b.index);
  const results = new Array<AppliedObject>(manifests.length);
  for (const { manifest, index } of ordered) {
    if (letPass !== undefined) awaitDefinition(api, manifest, manifests, letPass);
    results[index] = applyOne(api, manifest);
  }
  return results;
}

/** A custom resource can be applied with its definition, once that is established. */
function awaitDefinition(
  api: ApiServer,
  manifest: Manifest,
  all: readonly Manifest[],
  letPass: (ms: number) => void,
): void {
  const [version, kind] = [String(manifest['apiVersion']), String(manifest['kind'])];
  const isServed = (): boolean => api.registry.ofObject(version, kind) !== undefined;
  if (isServed() || !all.some((one) => defines(one, version, kind))) return;
  for (let look = 0; look < LOOKS && !isServed(); look++) letPass(LOOK_MS);
}

function defines({ kind, spec }: Manifest, apiVersion: string, wanted: string): boolean {
  if (kind !== 'CustomResourceDefinition') return false;
  const { group, names } = (spec ?? {}) as { group?: string; names?: { kind?: string } };
  return names?.kind === wanted && apiVersion.startsWith(`${group ?? ''}/`);
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
      // kubectl says in the body, too, which namespace it means.
      namespace === undefined ? manifest : { ...manifest, metadata: { ...metadata, namespace } },
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
