/** pods/binding: the scheduler's word on which node runs a pod. */
import type { Condition, Node, Pod } from '../../api/objects';
import { REGION_LABEL, ZONE_LABEL } from '../../api/objects';
import type { StringMap } from '../../api/object';
import { objectKey } from '../../api/object';
import { conflictError, failure, notFoundError } from '../../api/status-error';
import { formatTime } from '../../api/timestamps';
import type { ServerContext } from '../server-context';
import type { SubresourceRequest } from './subresource-request';

export interface Binding {
  readonly metadata?: { readonly name?: string; readonly uid?: string };
  readonly target: { readonly kind?: string; readonly name: string };
}

export function bindPod(server: ServerContext, request: SubresourceRequest): unknown {
  const { namespace, name, kind, requester } = request;
  const binding = request.body as Binding;
  const key = objectKey(namespace, name);
  const pod = server.store.get('pods', key) as Pod | undefined;
  const ref = { group: '', resource: 'pods/binding' };
  if (pod === undefined) throw notFoundError({ group: '', resource: 'pods' }, name);
  requireNode(binding);
  const refuse = (why: string): never => {
    throw conflictError(ref, name, why);
  };
  if (pod.metadata.deletionTimestamp !== undefined) {
    refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  }
  if (pod.spec.nodeName) {
    refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  }
  if (pod.spec.schedulingGates?.length) {
    refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  }
  const node = server.store.get('nodes', binding.target.name) as Node | undefined;
  const bound: Pod = {
    ...pod,
    metadata: { ...pod.metadata, ...withTopology(pod.metadata.labels, node) },
    spec: { ...pod.spec, nodeName: binding.target.name },
    status: boundStatus(server, pod),
  };
  if (request.options.dryRun !== true) server.commit(requester, kind, key, bound);
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}

/** The server takes a bad target for an error of its own. */
function requireNode({ target }: Partial<Binding>): void {
  const { kind = '', name = '' } = target ?? {};
  if (kind !== '' && kind !== 'Node') {
    const why = `Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`;
    throw failure(500, undefined, `target.kind: ${why}`);
  }
  if (name === '') throw failure(500, undefined, 'target.name: Required value');
}

/** PodTopologyLabels: the pod learns the zone and region of its node. */
function withTopology(
  labels: StringMap | undefined,
  node: Node | undefined,
): { labels?: StringMap } {
  const zone = node?.metadata.labels?.[ZONE_LABEL];
  const region = node?.metadata.labels?.[REGION_LABEL];
  if (zone === undefined && region === undefined) return {};
  return {
    labels: {
      ...labels,
      ...(region === undefined ? {} : { [REGION_LABEL]: region }),
      ...(zone === undefined ? {} : { [ZONE_LABEL]: zone }),
    },
  };
}

function boundStatus(server: ServerContext, pod: Pod): Pod['status'] {
  const scheduled: Condition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(server.clock.wallMs),
  };
  const before = pod.status.conditions ?? [];
  const conditions = before.some(({ type }) => type === scheduled.type)
    ? before.map((condition) => (condition.type === scheduled.type ? scheduled : condition))
    : [...before, scheduled];
  const status = { ...pod.status, conditions };
  delete (status as { nominatedNodeName?: string }).nominatedNodeName;
  return status;
}
