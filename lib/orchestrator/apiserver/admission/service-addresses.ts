/**
 * Cluster IPs and node ports of Services. In a real API server the Service's storage does this,
 * after validation; here it is the last step before a Service is stored.
 */
import { invalid } from '../../api/field-error';
import type { Service, ServicePort } from '../../api/objects';
import { invalidError } from '../../api/status-error';
import { NODE_PORT_BASE, NODE_PORT_SIZE } from '../allocators';
import type { AdmissionContext, AdmissionRequest, AdmissionStep } from './admission';

type Spec = { -readonly [K in keyof Service['spec']]: Service['spec'][K] };

export const serviceAddresses: AdmissionStep = {
  name: 'ServiceAddresses',
  resources: ['services'],
  verbs: ['create', 'update'],
  validate(request, server) {
    if (request.subresource !== '') return;
    const draft = request.draft!;
    const spec: Spec = { ...(draft['spec'] as Spec) };
    const old = (request.old as Service | undefined)?.spec;
    clusterIps(request, server, spec, old);
    nodePorts(request, server, spec, old);
    draft['spec'] = spec;
  },
};

/** Gives back what a Service that is gone held. */
export function releaseServiceAddresses(server: AdmissionContext, service: Service): void {
  for (const ip of service.spec.clusterIPs ?? []) {
    if (ip !== 'None') server.allocators.releaseClusterIp(ip);
  }
  for (const port of portsOf(service.spec)) server.allocators.releaseNodePort(port);
}

const portsOf = (spec: Service['spec'] | undefined): number[] =>
  [...(spec?.ports ?? []).map((p) => p.nodePort ?? 0), spec?.healthCheckNodePort ?? 0].filter(
    (port) => port > 0,
  );

function clusterIps(
  request: AdmissionRequest,
  server: AdmissionContext,
  spec: Spec,
  old: Service['spec'] | undefined,
): void {
  const { allocators } = server;
  const held = old?.clusterIPs?.[0];
  if (spec.type === 'ExternalName') {
    if (held !== undefined && held !== 'None') allocators.releaseClusterIp(held);
    delete spec.clusterIP;
    delete spec.clusterIPs;
    return;
  }
  const wanted = spec.clusterIP || spec.clusterIPs?.[0] || held;
  if (wanted === 'None') {
    spec.clusterIP = 'None';
    spec.clusterIPs = ['None'];
    return;
  }
  const ip = wanted === held && held !== undefined ? held : chooseIp(request, server, wanted);
  if (!request.dryRun) allocators.takeClusterIp(ip);
  spec.clusterIP = ip;
  spec.clusterIPs = [ip];
}

function chooseIp(
  request: AdmissionRequest,
  server: AdmissionContext,
  wanted: string | undefined,
): string {
  const { allocators } = server;
  const refuse = (detail: string): never => {
    throw invalidError('', 'Service', request.name, [
      invalid('spec.clusterIPs', wanted === undefined ? null : [wanted], detail),
    ]);
  };
  if (wanted === undefined) {
    return allocators.nextClusterIp() ?? refuse('failed to allocate a serviceIP: range is full');
  }
  if (!allocators.inRange(wanted)) {
    refuse(
      `failed to allocate IP ${wanted}: the provided IP (${wanted}) is not in the valid range. ` +
        `The range of valid IPs is ${allocators.serviceCidr}`,
    );
  }
  if (allocators.isClusterIpUsed(wanted)) {
    refuse(`failed to allocate IP ${wanted}: provided IP is already allocated`);
  }
  return wanted;
}

function nodePorts(
  request: AdmissionRequest,
  server: AdmissionContext,
  spec: Spec,
  old: Service['spec'] | undefined,
): void {
  const { allocators } = server;
  const held = new Set(portsOf(old));
  if (needsNodePorts(spec)) {
    spec.ports = (spec.ports ?? []).map((port, i) => {
      const nodePort = choosePort(
        request,
        server,
        wantedPort(port, old),
        held,
        `spec.ports[${i}].nodePort`,
      );
      held.add(nodePort);
      if (!request.dryRun) allocators.takeNodePort(nodePort);
      return { ...port, nodePort };
    });
    if (spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local') {
      spec.healthCheckNodePort ??= old?.healthCheckNodePort ?? allocators.nextNodePort() ?? 0;
      if (!request.dryRun) allocators.takeNodePort(spec.healthCheckNodePort);
    }
  } else if (old !== undefined && needsNodePorts(old)) {
    spec.ports = (spec.ports ?? []).map((port) => withoutNodePort(port, old));
  }
  if (request.dryRun) return;
  const kept = new Set(portsOf(spec));
  for (const port of portsOf(old)) if (!kept.has(port)) allocators.releaseNodePort(port);
}

const needsNodePorts = (spec: Service['spec']): boolean =>
  spec.type === 'NodePort' ||
  (spec.type === 'LoadBalancer' &&
    (spec as { allocateLoadBalancerNodePorts?: boolean }).allocateLoadBalancerNodePorts !== false);

function withoutNodePort(port: ServicePort, old: Service['spec']): ServicePort {
  const same = old.ports?.some((p) => p.nodePort === port.nodePort);
  if (!same) return port;
  const { nodePort: _released, ...rest } = port;
  return rest;
}

/** The node port that is asked for, or else the one that the port had before. */
function wantedPort(port: ServicePort, old: Service['spec'] | undefined): number | undefined {
  const before = old?.ports?.find((p) => p.port === port.port && p.protocol === port.protocol);
  return port.nodePort || before?.nodePort;
}

function choosePort(
  request: AdmissionRequest,
  server: AdmissionContext,
  wanted: number | undefined,
  held: ReadonlySet<number>,
  field: string,
): number {
  const { allocators } = server;
  if (!wanted) return allocators.nextNodePort() ?? 0;
  const refuse = (detail: string): never => {
    throw invalidError('', 'Service', request.name, [invalid(field, wanted, detail)]);
  };
  const last = NODE_PORT_BASE + NODE_PORT_SIZE - 1;
  // A dry run takes nothing from the range, so it does not look at its bounds either.
  if (!request.dryRun && (wanted < NODE_PORT_BASE || wanted > last)) {
    refuse(
      'provided port is not in the valid range. ' +
        `The range of valid ports is ${NODE_PORT_BASE}-${last}`,
    );
  }
  if (allocators.isNodePortUsed(wanted) && !held.has(wanted)) {
    refuse('provided port is already allocated');
  }
  return wanted;
}
