/** NamespaceLifecycle: nothing is created in a namespace that is missing or being deleted. */
import type { Namespace } from '../../api/objects';
import { ApiStatusError, forbiddenError, notFoundError } from '../../api/status-error';
import { refOf } from '../resource-registry';
import type { AdmissionStep } from './admission';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

export const namespaceLifecycle: AdmissionStep = {
  name: 'NamespaceLifecycle',
  mutate(request, server) {
    if (request.verb !== 'create' || !request.kind.namespaced) return;
    const namespace = request.namespace ?? '';
    const object = server.store.get('namespaces', namespace) as Namespace | undefined;
    if (object === undefined) throw notFoundError({ group: '', resource: 'namespaces' }, namespace);
    if (object.status.phase !== 'Terminating') return;
    const error = forbiddenError(
      refOf(request.kind),
      request.name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
    throw new ApiStatusError({
      ...error.status,
      details: {
        ...error.status.details,
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ],
      },
    });
  },
  validate(request) {
    if (request.verb !== 'delete' || request.kind.kind !== 'Namespace') return;
    if (IMMORTAL.has(request.name)) {
      throw forbiddenError(refOf(request.kind), request.name, 'this namespace may not be deleted');
    }
  },
};
