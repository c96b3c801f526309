/**
 * What an EndpointSlice says of one pod: its address, the ports that the service's target ports
 * resolve to, its conditions and topology. Stands for podToEndpoint and getEndpointPorts.
 */
import type { Endpoint, EndpointPort, Node, Pod, Service } from '../../api/objects';
import { isPodReady, isTerminal, ZONE_LABEL } from '../../api/objects';
import { inSliceOrder } from './port-order';

export type AddressType = 'IPv4' | 'IPv6';

/** A pod's endpoint and the ports of the slices that it belongs in. */
export interface DesiredEndpoint {
  readonly endpoint: Endpoint;
  readonly ports: readonly EndpointPort[];
  /** The ports as text: endpoints of one key share slices. */
  readonly portsKey: string;
}

/** Whether slices name the pod at all: it has an address and has not ended. */
export function belongsInSlices(pod: Pod): boolean {
  if (isTerminal(pod)) return false;
  return pod.status.podIP !== undefined || (pod.status.podIPs?.length ?? 0) > 0;
}

/** Whether a change of a pod can change its endpoint or the services that it belongs to. */
export function changesEndpoint(previous: Pod | undefined, pod: Pod | undefined): boolean {
  if (previous === undefined || pod === undefined) return true;
  return (
    previous.metadata.labels !== pod.metadata.labels ||
    previous.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
    previous.metadata.uid !== pod.metadata.uid ||
    previous.spec !== pod.spec ||
    previous.status.podIP !== pod.status.podIP ||
    previous.status.podIPs?.length !== pod.status.podIPs?.length ||
    belongsInSlices(previous) !== belongsInSlices(pod) ||
    isPodReady(previous) !== isPodReady(pod)
  );
}

/** The endpoint of a pod; undefined if the pod has no address of the family. */
export function endpointOfPod(
  service: Service,
  pod: Pod,
  node: Node | undefined,
  family: AddressType,
): DesiredEndpoint | undefined {
  const addresses = addressesOf(pod, family);
  if (addresses.length === 0) return undefined;
  const ports = portsOf(service, pod);
  return { endpoint: describe(service, pod, node, addresses), ports, portsKey: keyOfPorts(ports) };
}

function describe(
  service: Service,
  pod: Pod,
  node: Node | undefined,
  addresses: readonly string[],
): Endpoint {
  const { namespace, name, uid } = pod.metadata;
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const { nodeName, hostname, subdomain } = pod.spec;
  const zone = node?.metadata.labels?.[ZONE_LABEL];
  const hints = ready ? hintsOf(service.spec.trafficDistribution, zone, nodeName) : undefined;
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hostname !== undefined && hostname !== '' && subdomain === service.metadata.name
      ? { hostname }
      : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
    ...(hints === undefined ? {} : { hints }),
  };
}

/** Where kube-proxies are asked to use the endpoint, by `spec.trafficDistribution`. */
function hintsOf(
  distribution: string | undefined,
  zone: string | undefined,
  nodeName: string | undefined,
): Endpoint['hints'] {
  const zoneHint = zone === undefined ? {} : { forZones: [{ name: zone }] };
  switch (distribution) {
    case 'PreferClose':
    case 'PreferSameZone':
      return zone === undefined ? undefined : zoneHint;
    case 'PreferSameNode':
      return nodeName === undefined ? undefined : { ...zoneHint, forNodes: [{ name: nodeName }] };
    default:
      return undefined;
  }
}

function addressesOf(pod: Pod, family: AddressType): string[] {
  const all = pod.status.podIPs?.map(({ ip }) => ip) ?? [pod.status.podIP ?? ''];
  return all.filter((ip) => ip !== '' && ip.includes(':') === (family === 'IPv6'));
}

/** Ports whose target the pod does not have are left out; a headless service may have none. */
export function portsOf(service: Service, pod: Pod): EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const { name, protocol, targetPort, port, appProtocol } of service.spec.ports ?? []) {
    const number = resolveTargetPort(targetPort ?? port, protocol, pod);
    if (number === undefined) continue;
    ports.push({
      name: name ?? '',
      protocol,
      port: number,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    });
  }
  return inSliceOrder(ports);
}

/** The number of a service's target port on a pod: a number stands for itself. */
export function resolveTargetPort(
  target: number | string,
  protocol: string,
  pod: Pod,
): number | undefined {
  if (typeof target === 'number') return target;
  for (const container of pod.spec.containers) {
    const found = container.ports?.find((p) => p.name === target && p.protocol === protocol);
    if (found !== undefined) return found.containerPort;
  }
  for (const container of pod.spec.initContainers ?? []) {
    if (container.restartPolicy !== 'Always') continue;
    const found = container.ports?.find((p) => p.name === target && p.protocol === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}

/** The same text for the same set of ports, whatever their order. */
export function keyOfPorts(ports: readonly EndpointPort[] | null | undefined): string {
  if (ports === undefined || ports === null || ports.length === 0) return '';
  const texts = ports.map(
    (p) => `${p.name ?? ''}/${p.protocol ?? 'TCP'}/${p.port ?? ''}/${p.appProtocol ?? ''}`,
  );
  return texts.length === 1 ? texts[0]! : texts.sort().join(',');
}
