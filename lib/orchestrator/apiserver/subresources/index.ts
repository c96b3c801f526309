/** The subresources that are more than a part of their object, by their path. */
import { failure } from '../../api/status-error';
import { resourceNameOf } from '../resource-registry';
import type { ServerContext } from '../server-context';
import { bindPod } from './binding';
import { evictPod } from './eviction';
import { finalizeNamespace } from './finalize';
import { customScale } from './custom-scale';
import { scale } from './scale';
import type { Subresource, SubresourceRequest } from './subresource-request';
import { createToken } from './token';

const subresources: Readonly<Record<string, Subresource>> = {
  'pods/binding': bindPod,
  'pods/eviction': evictPod,
  'serviceaccounts/token': createToken,
  'namespaces/finalize': finalizeNamespace,
  'deployments.apps/scale': scale,
  'replicasets.apps/scale': scale,
  'statefulsets.apps/scale': scale,
  'replicationcontrollers/scale': scale,
};

export function runSubresource(server: ServerContext, request: SubresourceRequest): unknown {
  const isCustomScale = request.subresource === 'scale' && request.kind.scalePaths !== undefined;
  const run = isCustomScale
    ? customScale
    : subresources[`${resourceNameOf(request.kind)}/${request.subresource}`];
  if (run === undefined) {
    throw failure(404, 'NotFound', 'the server could not find the requested resource', {});
  }
  return run(server, request);
}
