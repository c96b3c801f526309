/** A bare cluster with the controller of EndpointSlices in it, and the slices that it keeps. */
import type { EndpointSlice } from '../../../lib/orchestrator/api/objects';
import { ControllerProcess } from '../../../lib/orchestrator/client';
import { endpointSliceController } from '../../../lib/orchestrator/controllers/endpoints/endpoint-slice-controller';
import { BareCluster } from '../../network/bare-cluster';

export const RESOURCE = 'endpointslices.discovery.k8s.io';

export function started(watchDelayMs = 1): BareCluster {
  const cluster = new BareCluster();
  for (const zone of ['a', 'b', 'c']) cluster.node(`node-${zone}`, `zone-${zone}`);
  const client = cluster.client('kube-controller-manager', watchDelayMs);
  new ControllerProcess(client, cluster.random).start([endpointSliceController]);
  return cluster;
}

export const slicesOf = (cluster: BareCluster, service = 'web'): EndpointSlice[] =>
  cluster.user
    .list<EndpointSlice>(RESOURCE)
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service);

export const addressesOf = (slice: EndpointSlice): string[] =>
  slice.endpoints!.map(({ addresses }) => addresses[0]!);
