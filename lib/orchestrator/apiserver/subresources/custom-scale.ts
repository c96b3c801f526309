/** The scale subresource of custom resources: its numbers are where their definition says. */
import { findFirst, namesOf } from '../../api/kinds/custom-resources/json-path';
import type { KindDefinition } from '../../api/kind';
import type { KubeObject } from '../../api/object';
import { objectKey } from '../../api/object';
import { notFoundError } from '../../api/status-error';
import { refOf, resourceNameOf } from '../resource-registry';
import type { ServerContext } from '../server-context';
import { update } from '../update';
import type { SubresourceRequest } from './subresource-request';
import { scaleIn, scaleWith, type Scale } from './scale';

export function customScale(server: ServerContext, request: SubresourceRequest): Scale {
  const { kind, namespace, name, requester, options } = request;
  const key = objectKey(namespace, name);
  const old = server.store.get(resourceNameOf(kind), key);
  if (old === undefined) throw notFoundError(refOf(kind), name);
  if (request.verb === 'get') return scaleOf(kind, old);
  const wanted = scaleIn(request);
  const replicas = wanted.spec?.replicas ?? 0;
  const resourceVersion = wanted.metadata?.resourceVersion || old.metadata.resourceVersion;
  const path = namesOf(kind.scalePaths!.specReplicasPath);
  const object = {
    ...(withValue(old, path, replicas) as KubeObject),
    metadata: { ...old.metadata, resourceVersion },
  };
  const written = { kind, namespace, name, object, subresource: '', ownedAs: 'scale', options };
  return scaleOf(kind, update(server, { requester, ...written }));
}

function scaleOf(kind: KindDefinition, object: KubeObject): Scale {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = kind.scalePaths!;
  const selector =
    labelSelectorPath === undefined ? undefined : findFirst(object, labelSelectorPath);
  return scaleWith(object, {
    wanted: numberAt(object, specReplicasPath),
    present: numberAt(object, statusReplicasPath),
    ...(typeof selector === 'string' ? { selector } : {}),
  });
}

function numberAt(object: KubeObject, path: string): number {
  const found = findFirst(object, path);
  return typeof found === 'number' ? found : 0;
}

/** The object with another value at the end of a path of names. */
function withValue(object: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const map = (object ?? {}) as Readonly<Record<string, unknown>>;
  return { ...map, [name]: withValue(map[name], rest, value) };
}
