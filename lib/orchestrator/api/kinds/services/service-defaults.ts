/**
 * What the API server fills into Services, and what it clears when the type changes. Stands for
 * core/v1's defaulting and the Service storage's dropping of fields that depend on the type.
 * Addresses and node ports are handed out later.
 */
import { sameTexts } from '../fields/field-validation';
import { mapSame, withFields } from '../fields/structural-sharing';
import type { DraftService, DraftServicePort, DraftServiceSpec } from './service-draft';
import {
  isExternallyAccessible,
  needsClusterIp,
  needsHealthCheckPort,
  needsNodePort,
} from './service-draft';

/** Three hours: how long a client stays with its pod by default. */
const AFFINITY_SECONDS = 10_800;

type Fields = { -readonly [K in keyof DraftServiceSpec]?: DraftServiceSpec[K] };

/** The spec with defaults; the same spec if it has them all. */
export function defaultedServiceSpec(spec: DraftServiceSpec): DraftServiceSpec {
  const type = spec.type || 'ClusterIP';
  const sessionAffinity = spec.sessionAffinity || 'None';
  const typed = withFields(spec, {
    type,
    sessionAffinity,
    ports: mapSame(spec.ports, defaultedPort),
    internalTrafficPolicy:
      spec.internalTrafficPolicy ?? (type === 'ExternalName' ? undefined : 'Cluster'),
    allocateLoadBalancerNodePorts:
      spec.allocateLoadBalancerNodePorts ?? (type === 'LoadBalancer' ? true : undefined),
    sessionAffinityConfig:
      sessionAffinity === 'ClientIP' &&
      spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined
        ? { clientIP: { timeoutSeconds: AFFINITY_SECONDS } }
        : spec.sessionAffinityConfig,
  });
  const withPolicy = withFields(
    type === 'ExternalName' ? without(typed, 'internalTrafficPolicy') : typed,
    {
      externalTrafficPolicy:
        typed.externalTrafficPolicy || (isExternallyAccessible(typed) ? 'Cluster' : undefined),
    },
  );
  return sessionAffinity === 'None' ? without(withPolicy, 'sessionAffinityConfig') : withPolicy;
}

function defaultedPort(port: DraftServicePort): DraftServicePort {
  return withFields(port, {
    protocol: port.protocol || 'TCP',
    targetPort: port.targetPort || port.port,
  });
}

/** Balancers' addresses are virtual IPs if nothing else is said. */
export function defaultedServiceStatus(
  status: DraftService['status'],
  type: string | undefined,
): DraftService['status'] {
  const ingress = status?.loadBalancer?.ingress;
  if (type !== 'LoadBalancer' || ingress === undefined) return status;
  const filled = mapSame(ingress, (one) =>
    one.ip && one.ipMode === undefined ? { ...one, ipMode: 'VIP' } : one,
  );
  if (filled === ingress || filled === undefined) return status;
  return { ...status, loadBalancer: { ...status?.loadBalancer, ingress: filled } };
}

/** `clusterIP` and `clusterIPs` follow each other, and families have their single-stack values. */
export function withAddressFields(
  spec: DraftServiceSpec,
  old: DraftServiceSpec | undefined,
): DraftServiceSpec {
  if (!needsClusterIp(spec)) {
    const ip = spec.clusterIP;
    return ip && spec.clusterIPs === undefined ? withFields(spec, { clusterIPs: [ip] }) : spec;
  }
  const keeps = old !== undefined && needsClusterIp(old);
  const clusterIP = spec.clusterIP || (keeps ? old.clusterIP : undefined);
  const followed = withFields(spec, { clusterIP, clusterIPs: clusterIpsOf(spec, old, clusterIP) });
  // FIDELITY: the cluster has IPv4 addresses only, as a cluster with one service range has.
  const selectorless = clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  const ipFamilyPolicy =
    spec.ipFamilyPolicy ??
    (keeps ? old.ipFamilyPolicy : undefined) ??
    (selectorless ? 'RequireDualStack' : 'SingleStack');
  const given = spec.ipFamilies?.length ? spec.ipFamilies : keeps ? old.ipFamilies : undefined;
  const isForeign = followed.clusterIPs?.some((ip) => ip.includes(':')) ?? false;
  // What addresses of the other family come to is said of the addresses.
  if (given === undefined && isForeign) return withFields(followed, { ipFamilyPolicy });
  const first = given ?? ['IPv4'];
  const ipFamilies =
    selectorless && ipFamilyPolicy !== 'SingleStack' && first.length === 1
      ? [...first, first[0] === 'IPv4' ? 'IPv6' : 'IPv4']
      : first;
  return withFields(followed, { ipFamilyPolicy, ipFamilies });
}

function clusterIpsOf(
  spec: DraftServiceSpec,
  old: DraftServiceSpec | undefined,
  clusterIP: string | undefined,
): readonly string[] | undefined {
  const given = spec.clusterIPs?.length ? spec.clusterIPs : undefined;
  if (old === undefined || old.clusterIP === clusterIP) {
    if (given !== undefined) return given;
    return old?.clusterIPs ?? (clusterIP ? [clusterIP] : undefined);
  }
  // The old list beside a new first address was not meant: the client changed one of the two.
  if (given === undefined || sameTexts(given, old.clusterIPs)) {
    return clusterIP ? [clusterIP] : undefined;
  }
  return given;
}

/** Fields that the server had set for the old type go when the new type has no use for them. */
export function withoutFieldsOfOldType(
  spec: DraftServiceSpec,
  old: DraftServiceSpec,
): DraftServiceSpec {
  const next: Fields = { ...spec };
  if (needsClusterIp(old) && !needsClusterIp(spec)) {
    if (spec.clusterIP === old.clusterIP && sameTexts(spec.clusterIPs, old.clusterIPs)) {
      delete next.clusterIP;
      delete next.clusterIPs;
    }
    if (sameTexts(spec.ipFamilies, old.ipFamilies)) delete next.ipFamilies;
    if (spec.ipFamilyPolicy === old.ipFamilyPolicy) delete next.ipFamilyPolicy;
  }
  if (needsNodePort(old) && !needsNodePort(spec) && sameNodePorts(spec, old)) {
    next.ports = spec.ports?.map((port) => without(port, 'nodePort'));
  }
  const sameCheck = spec.healthCheckNodePort === old.healthCheckNodePort;
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(spec) && sameCheck) {
    delete next.healthCheckNodePort;
  }
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] as const) {
      if (spec[field] === old[field]) delete next[field];
    }
  }
  const lostAccess = isExternallyAccessible(old) && !isExternallyAccessible(spec);
  if (lostAccess && spec.externalTrafficPolicy === old.externalTrafficPolicy) {
    delete next.externalTrafficPolicy;
  }
  return next;
}

function sameNodePorts(spec: DraftServiceSpec, old: DraftServiceSpec): boolean {
  const before = new Set((old.ports ?? []).map((port) => port.nodePort));
  return (spec.ports ?? []).every((port) => before.has(port.nodePort));
}

function without<T extends object>(object: T, field: keyof T): T {
  if (!(field in object)) return object;
  const next = { ...object };
  delete next[field];
  return next;
}
