/** Resources that are questions rather than objects, and what a pod's containers have to say. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pod } from '../orchestrator/api/objects';
import { badRequestError, failure } from '../orchestrator/api/status-error';
import type { Cluster } from '../orchestrator/cluster/cluster';
import type { Requester } from '../orchestrator/apiserver/requests';
import { mediaTypeOf, parseRequest, readBody, sendJson, sendText } from './content';
import type { RequestInfo, ResourcePath } from './request-info';

interface SpecialRequest {
  readonly cluster: Cluster;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly info: RequestInfo;
  readonly path: ResourcePath;
  readonly requester: Requester;
}

/** Answers if the path is one of these; says whether it did. */
export async function handleSpecial(special: SpecialRequest): Promise<boolean> {
  const { cluster, path, info } = special;
  if (path.plural.endsWith('accessreviews') && info.method === 'POST') {
    await reviewAccess(special);
    return true;
  }
  if (path.qualified !== 'pods' || path.name === undefined) return false;
  if (path.subresource === 'log') {
    sendLog(special);
    return true;
  }
  if (['exec', 'attach', 'portforward', 'proxy'].includes(path.subresource)) {
    cluster.api.get('pods', path.namespace, path.name);
    throw failure(
      501,
      'NotImplemented',
      `pods/${path.subresource} is not served: no programs run in these containers`,
      {},
    );
  }
  return false;
}

/** FIDELITY: everybody may do everything; roles are stored and not enforced. */
async function reviewAccess({ request, response }: SpecialRequest): Promise<void> {
  const value = parseRequest(await readBody(request), mediaTypeOf(request));
  sendJson(response, 201, { ...(value as object), status: { allowed: true } });
}

function sendLog({ cluster, response, path, info }: SpecialRequest): void {
  const pod = cluster.api.get<Pod>('pods', path.namespace, path.name!);
  const names = pod.spec.containers.map((container) => container.name);
  const container = info.query.get('container') ?? names[0]!;
  const all = [...names, ...(pod.spec.initContainers ?? []).map((c) => c.name)];
  if (!all.includes(container)) {
    throw badRequestError(`container ${container} is not valid for pod ${path.name}`);
  }
  const statuses = [
    ...(pod.status.containerStatuses ?? []),
    ...(pod.status.initContainerStatuses ?? []),
  ];
  const state = statuses.find((status) => status.name === container)?.state;
  if (state === undefined || state.waiting !== undefined) {
    const reason = state?.waiting?.reason ?? 'ContainerCreating';
    throw badRequestError(
      `container "${container}" in pod "${path.name}" is waiting to start: ${reason}`,
    );
  }
  sendText(response, 200, cluster.agents.log(pod, container));
}
