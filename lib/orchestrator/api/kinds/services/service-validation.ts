/**
 * Validation of Services: ports, affinity, traffic policies and what each type allows. Stands for
 * core's ValidateService; addresses are checked in service-address-validation.ts.
 */
import type { FieldError } from '../../field-error';
import { duplicate, forbidden, invalid, notSupported, required } from '../../field-error';
import { isDns1123Subdomain, isPortName, isPortNumber, validateLabels } from '../../names';
import type { StringMap } from '../../object';
import {
  dnsLabelErrors,
  invalidFor,
  oneOf,
  qualifiedNameErrors,
  notSupportedInOrder,
} from '../fields/field-validation';
import { cidrErrors, endpointIpErrors, ipErrors } from '../fields/ip-addresses';
import { BALANCER_ONLY, balancerClassErrors, clusterIpErrors } from './service-address-validation';
import type { DraftServicePort, DraftServiceSpec } from './service-draft';
import {
  isExternallyAccessible,
  isHeadless,
  needsHealthCheckPort,
  needsNodePort,
} from './service-draft';

export const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const TRAFFIC = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';
const AFFINITY_SECONDS_MAX = 86_400;

/** All but the metadata; `old` is what an update starts from. */
export function serviceErrors(
  spec: DraftServiceSpec,
  annotations: StringMap,
  old?: DraftServiceSpec,
): FieldError[] {
  const ports = spec.ports ?? [];
  return [
    ...topologyErrors(annotations),
    ...typeErrors(spec),
    ...portErrors(ports),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...affinityErrors(spec),
    ...clusterIpErrors(spec, old),
    ...externalIpErrors(spec, old),
    ...(spec.type ? oneOf(spec.type, TYPES, 'spec.type') : [required('spec.type')]),
    ...nodePortErrors(spec, ports),
    ...duplicatePorts(ports),
    ...sourceRangeErrors(spec, annotations, old),
    ...balancerErrors(spec),
    ...externalPolicyErrors(spec),
    ...internalPolicyErrors(spec),
    ...(spec.trafficDistribution !== undefined ? trafficErrors(spec.trafficDistribution) : []),
  ];
}

/**
 * What the handing out of addresses and node ports refuses. A real server hands out before it
 * validates, so these errors come alone.
 */
export function allocationErrors(spec: DraftServiceSpec, old?: DraftServiceSpec): FieldError[] {
  const errors = clusterIpErrors(spec, old);
  return errors.length > 0 || old !== undefined ? errors : nodePortsTwice(spec);
}

function nodePortsTwice(spec: DraftServiceSpec): FieldError[] {
  if (!needsNodePort(spec)) return [];
  const taken = new Map<number, number | undefined>();
  const { ports = [] } = spec;
  for (const [i, { port, nodePort }] of ports.entries()) {
    if (!nodePort) continue;
    if (taken.has(nodePort) && taken.get(nodePort) !== port) {
      const why = 'provided port is already allocated';
      return [invalid(`spec.ports[${i}].nodePort`, nodePort, why)];
    }
    taken.set(nodePort, port);
  }
  return [];
}

function trafficErrors(distribution: string): FieldError[] {
  if (TRAFFIC.includes(distribution)) return [];
  return [notSupportedInOrder('spec.trafficDistribution', distribution, TRAFFIC)];
}

function topologyErrors(annotations: StringMap): FieldError[] {
  const hints = annotations[TOPOLOGY_HINTS];
  const mode = annotations[TOPOLOGY_MODE];
  if (hints === undefined || mode === undefined || hints === mode) return [];
  const why = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  return [invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, why)];
}

function typeErrors(spec: DraftServiceSpec): FieldError[] {
  const { type } = spec;
  const errors: FieldError[] = [];
  if ((spec.ports ?? []).length === 0 && !isHeadless(spec) && type !== 'ExternalName') {
    errors.push(required('spec.ports'));
  }
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)) {
    const why = `may not be set to 'None' for ${type} services`;
    errors.push(invalid('spec.clusterIPs[0]', 'None', why));
  }
  if (type !== 'ExternalName') return errors;
  const why = 'may not be set for ExternalName services';
  if (spec.clusterIPs?.length) errors.push(forbidden('spec.clusterIPs', why));
  if (spec.ipFamilies?.length) errors.push(forbidden('spec.ipFamilies', why));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden('spec.ipFamilyPolicy', why));
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') errors.push(required('spec.externalName'));
  else errors.push(...invalidFor('spec.externalName', name, isDns1123Subdomain(name)));
  return errors;
}

function portErrors(ports: readonly DraftServicePort[]): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const path = `spec.ports[${i}]`;
    const errors: FieldError[] = [];
    const name = port.name ?? '';
    if (name !== '') {
      errors.push(...dnsLabelErrors(name, `${path}.name`));
      if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
      names.add(name);
    } else if (ports.length > 1) {
      errors.push(required(`${path}.name`));
    }
    errors.push(...invalidFor(`${path}.port`, port.port ?? 0, isPortNumber(port.port ?? 0)));
    if (!port.protocol) errors.push(required(`${path}.protocol`));
    else errors.push(...oneOf(port.protocol, PROTOCOLS, `${path}.protocol`));
    errors.push(...portNumberOrNameErrors(port.targetPort ?? 0, `${path}.targetPort`));
    if (port.appProtocol !== undefined) {
      errors.push(...qualifiedNameErrors(port.appProtocol, `${path}.appProtocol`));
    }
    return errors;
  });
}

/** A port of a pod: its number, or its name. */
export const portNumberOrNameErrors = (port: number | string, field: string): FieldError[] =>
  invalidFor(field, port, typeof port === 'string' ? isPortName(port) : isPortNumber(port));

function affinityErrors(spec: DraftServiceSpec): FieldError[] {
  const affinity = spec.sessionAffinity ?? '';
  const path = 'spec.sessionAffinityConfig';
  if (affinity === '') return [required('spec.sessionAffinity')];
  const config = spec.sessionAffinityConfig;
  if (affinity === 'None') {
    if (config === undefined) return [];
    return [forbidden(path, 'must not be set when session affinity is None')];
  }
  if (affinity !== 'ClientIP') {
    return [notSupported('spec.sessionAffinity', affinity, ['ClientIP', 'None'])];
  }
  const why = 'when session affinity type is ClientIP';
  if (config === undefined) return [required(path, why)];
  if (config.clientIP === undefined) return [required(`${path}.clientIP`, why)];
  const seconds = config.clientIP.timeoutSeconds;
  if (seconds === undefined) return [required(`${path}.clientIP.timeoutSeconds`, why)];
  if (seconds > 0 && seconds <= AFFINITY_SECONDS_MAX) return [];
  const range = `must be greater than 0 and less than ${AFFINITY_SECONDS_MAX}`;
  return [invalid(`${path}.clientIP.timeoutSeconds`, seconds, range)];
}

function externalIpErrors(spec: DraftServiceSpec, old?: DraftServiceSpec): FieldError[] {
  return (spec.externalIPs ?? []).flatMap((ip, i) => {
    const field = `spec.externalIPs[${i}]`;
    const errors = ipErrors(ip, field, old?.externalIPs);
    return errors.length > 0 ? errors : endpointIpErrors(ip, field);
  });
}

function nodePortErrors(spec: DraftServiceSpec, ports: readonly DraftServicePort[]): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.type === 'ClusterIP') {
    const why = "may not be used when `type` is 'ClusterIP'";
    ports.forEach((port, i) => {
      if (port.nodePort) errors.push(forbidden(`spec.ports[${i}].nodePort`, why));
    });
  }
  const seen = new Set<string>();
  ports.forEach((port, i) => {
    if (!port.nodePort) return;
    const key = `${port.protocol}/${port.nodePort}`;
    if (seen.has(key)) errors.push(duplicate(`spec.ports[${i}].nodePort`, port.nodePort));
    seen.add(key);
  });
  return errors;
}

function duplicatePorts(ports: readonly DraftServicePort[]): FieldError[] {
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  ports.forEach(({ protocol = '', port = 0 }, i) => {
    const key = `${protocol}/${port}`;
    // The key that Kubernetes compares by, as its Go type prints it.
    const shown = {
      Name: '',
      Protocol: protocol,
      AppProtocol: null,
      Port: port,
      TargetPort: 0,
      NodePort: 0,
    };
    if (seen.has(key)) errors.push(duplicate(`spec.ports[${i}]`, shown));
    seen.add(key);
  });
  return errors;
}

function sourceRangeErrors(
  spec: DraftServiceSpec,
  annotations: StringMap,
  old?: DraftServiceSpec,
): FieldError[] {
  const isBalancer = spec.type === 'LoadBalancer';
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) {
    const field = 'spec.LoadBalancerSourceRanges';
    const kept = (old?.loadBalancerSourceRanges ?? []).map((range) => range.trim());
    return [
      ...(isBalancer ? [] : [forbidden(field, BALANCER_ONLY)]),
      ...ranges.flatMap((range, i) => cidrErrors(range.trim(), `${field}[${i}]`, kept)),
    ];
  }
  const text = annotations[SOURCE_RANGES];
  if (text === undefined) return [];
  const field = `metadata.annotations[${SOURCE_RANGES}]`;
  const listed = text.trim() === '' ? [] : text.split(',');
  return [
    ...(isBalancer ? [] : [forbidden(field, BALANCER_ONLY)]),
    ...listed.flatMap((range) => cidrErrors(range.trim(), field)),
  ];
}

function balancerErrors(spec: DraftServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const isBalancer = spec.type === 'LoadBalancer';
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isBalancer) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', BALANCER_ONLY));
  }
  return [...errors, ...balancerClassErrors(spec)];
}

function externalPolicyErrors(spec: DraftServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const policy = spec.externalTrafficPolicy ?? '';
  const field = 'spec.externalTrafficPolicy';
  if (!isExternallyAccessible(spec)) {
    const why = 'may only be set for externally-accessible services';
    if (policy !== '') errors.push(invalid(field, policy, why));
  } else if (policy === '') {
    errors.push(required(field));
  } else {
    errors.push(...oneOf(policy, ['Cluster', 'Local'], field));
  }
  const port = spec.healthCheckNodePort ?? 0;
  // Where one is needed and none is asked for, the server hands one out afterwards.
  if (port === 0) return errors;
  if (!needsHealthCheckPort(spec)) {
    const why =
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid('spec.healthCheckNodePort', port, why));
  } else {
    errors.push(...invalidFor('spec.healthCheckNodePort', port, isPortNumber(port)));
  }
  return errors;
}

function internalPolicyErrors(spec: DraftServiceSpec): FieldError[] {
  const field = 'spec.internalTrafficPolicy';
  const policy = spec.internalTrafficPolicy;
  if (policy !== undefined) return oneOf(policy, ['Cluster', 'Local'], field);
  const isNeeded = ['NodePort', 'LoadBalancer', 'ClusterIP'].includes(spec.type ?? '');
  return isNeeded ? [required(field)] : [];
}
