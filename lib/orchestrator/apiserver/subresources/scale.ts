/** The scale subresource: replicas of any workload, read and written alike (autoscaling/v1 Scale). */
import { formatSelector, type LabelSelector } from '../../api/label-selector';
import type { KubeObject, ObjectMeta } from '../../api/object';
import { objectKey } from '../../api/object';
import { badRequestError, invalidError, notFoundError } from '../../api/status-error';
import { invalid } from '../../api/field-error';
import { refOf, resourceNameOf } from '../resource-registry';
import type { ServerContext } from '../server-context';
import { update } from '../update';
import type { SubresourceRequest } from './subresource-request';

interface Scalable extends KubeObject {
  readonly spec: { readonly replicas?: number; readonly selector?: LabelSelector };
  readonly status?: { readonly replicas?: number };
}

export interface Scale extends KubeObject {
  readonly kind: 'Scale';
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

export function scale(server: ServerContext, request: SubresourceRequest): Scale {
  const { kind, namespace, name, requester, options } = request;
  const key = objectKey(namespace, name);
  const old = server.store.get(resourceNameOf(kind), key) as Scalable | undefined;
  if (old === undefined) throw notFoundError(refOf(kind), name);
  if (request.verb === 'get') return scaleOf(old);
  const wanted = scaleIn(request);
  const replicas = wanted.spec?.replicas ?? 0;
  const metadata: ObjectMeta = {
    ...old.metadata,
    resourceVersion: wanted.metadata?.resourceVersion || old.metadata.resourceVersion,
  };
  const object: Scalable = { ...old, metadata, spec: { ...old.spec, replicas } };
  const trusted = { ...requester, trusted: true };
  const written = { kind, namespace, name, object, subresource: '', ownedAs: 'scale', options };
  return scaleOf(update(server, { requester: trusted, ...written }));
}

/** The body as a Scale of the object that the URL names; throws ApiStatusError if it is none. */
export function scaleIn({ body, name }: SubresourceRequest): Scale {
  const wanted = body as Scale & { kind?: string };
  const { kind = 'Scale', apiVersion = 'autoscaling/v1' } = wanted as Partial<KubeObject>;
  if (kind !== 'Scale') {
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
    throw badRequestError(
      `${kind} in version "${version}" cannot be handled as a Scale: ` +
        `converting (${version}.${kind}) to (autoscaling.Scale): unknown conversion`,
    );
  }
  const given = wanted.metadata?.name;
  if (given && given !== name) {
    throw badRequestError(
      `the name of the object (${given}) does not match the name on the URL (${name})`,
    );
  }
  const replicas = wanted.spec?.replicas ?? 0;
  if (replicas < 0) {
    throw invalidError('autoscaling', 'Scale', name, [
      invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
  }
  return wanted;
}

/** The Scale of an object, in the one form that all kinds give it. */
export function scaleWith(
  { metadata }: KubeObject,
  counts: { readonly wanted: number; readonly present: number; readonly selector?: string },
): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const { wanted, present, selector } = counts;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      uid,
      resourceVersion,
      creationTimestamp,
    },
    // A number of 0 is left out, as Go's omitempty does.
    spec: wanted === 0 ? {} : { replicas: wanted },
    status: { replicas: present, ...(selector ? { selector } : {}) },
  };
}

export function scaleOf(object: Scalable): Scale {
  const { replicas = 0, selector } = object.spec;
  return scaleWith(object, {
    wanted: replicas,
    present: object.status?.replicas ?? 0,
    ...(selector === undefined ? {} : { selector: formatSelector(selector) }),
  });
}
