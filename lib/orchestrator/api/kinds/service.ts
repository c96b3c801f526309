/** Service (core/v1): one address for the pods that a selector finds. */
import type { FieldError } from '../field-error';
import { forbidden, invalid, required } from '../field-error';
import type { Draft } from '../kind';
import { formatLabelMap } from '../label-selector';
import { isDns1123Label, isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject, StringMap } from '../object';
import { ageCell, kind } from './define';
import { invalidFor, oneOf } from './fields/field-validation';
import { ipErrors, ipWarnings, parseIp } from './fields/ip-addresses';
import { serviceUpdateErrors } from './services/service-address-validation';
import {
  defaultedServiceSpec,
  defaultedServiceStatus,
  withAddressFields,
  withoutFieldsOfOldType,
} from './services/service-defaults';
import type {
  DraftLoadBalancerIngress,
  DraftService,
  DraftServiceSpec,
} from './services/service-draft';
import { specOf } from './services/service-draft';
import { allocationErrors, serviceErrors } from './services/service-validation';
import { metadataUpdateErrors } from './workloads/workload-metadata';

const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

export const serviceKind = kind({
  apiVersion: 'v1',
  plural: 'services',
  createOnUpdate: true,
  applyDefaults(draft) {
    const spec = defaultedServiceSpec(specOf(draft));
    draft['spec'] = spec;
    const { status } = draft as DraftService;
    if (status !== undefined) draft['status'] = defaultedServiceStatus(status, spec.type);
  },
  prepareForCreate(draft) {
    draft['spec'] = withAddressFields(specOf(draft), undefined);
    draft['status'] = { loadBalancer: {} };
  },
  prepareForUpdate(draft, old) {
    const before = specOf(old);
    const spec = withAddressFields(specOf(draft), before);
    draft['spec'] = withoutFieldsOfOldType(spec, before);
    if (spec.type !== 'LoadBalancer') draft['status'] = { loadBalancer: {} };
  },
  validate: (draft) => errorsOf(draft),
  validateWholeUpdate: (draft, old) => errorsOf(draft, old),
  validateStatusUpdate(draft, old) {
    const ingress = ingressOf(draft as DraftService);
    const kept = ingressOf(old as DraftService).flatMap(({ ip }) => (ip ? [ip] : []));
    if (specOf(draft).type !== 'LoadBalancer' && ingress.length > 0) {
      const why = "may only be used when `spec.type` is 'LoadBalancer'";
      return [forbidden('status.loadBalancer.ingress', why)];
    }
    return ingress.flatMap((one, i) =>
      ingressErrors(one, `status.loadBalancer.ingress[${i}]`, kept),
    );
  },
  warnings: warningsOf,
  updateWarnings: warningsOf,
  selectableFields: {
    'spec.clusterIP': (object) => specOf(object).clusterIP ?? '',
    'spec.type': (object) => specOf(object).type ?? '',
  },
  cells(object, context) {
    const spec = specOf(object);
    return [
      object.metadata.name,
      spec.type ?? '',
      spec.clusterIPs?.[0] ?? '<none>',
      externalIpCell(spec, ingressOf(object as DraftService)),
      portsCell(spec),
      ageCell(object.metadata.creationTimestamp, context),
      formatLabelMap(spec.selector) || '<none>',
    ];
  },
});

function errorsOf(draft: Draft, old?: KubeObject): FieldError[] {
  const spec = specOf(draft);
  const before = old === undefined ? undefined : specOf(old);
  const refused = allocationErrors(spec, before);
  if (refused.length > 0) return refused;
  const annotations = (draft.metadata['annotations'] ?? {}) as StringMap;
  return [
    ...(old === undefined
      ? validateObjectMeta(draft.metadata, true, isDns1123Label)
      : metadataUpdateErrors(draft, old)),
    ...(before === undefined ? [] : serviceUpdateErrors(spec, before)),
    ...serviceErrors(spec, annotations, before),
  ];
}

const ingressOf = (service: DraftService): readonly DraftLoadBalancerIngress[] =>
  service.status?.loadBalancer?.ingress ?? [];

function ingressErrors(
  { ip, hostname, ipMode }: DraftLoadBalancerIngress,
  path: string,
  kept: readonly string[],
): FieldError[] {
  const errors = ip ? ipErrors(ip, `${path}.ip`, kept) : [];
  if (ipMode === undefined) {
    if (ip) errors.push(required(`${path}.ipMode`, 'must be specified when `ip` is set'));
  } else if (!ip) {
    errors.push(forbidden(`${path}.ipMode`, 'may not be specified when `ip` is not set'));
  } else {
    errors.push(...oneOf(ipMode, ['Proxy', 'VIP'], `${path}.ipMode`));
  }
  return hostname ? [...errors, ...balancerHostnameErrors(hostname, `${path}.hostname`)] : errors;
}

/** The host name of a load balancer, of Services and Ingresses alike. */
export function balancerHostnameErrors(hostname: string, field: string): FieldError[] {
  const errors = invalidFor(field, hostname, isDns1123Subdomain(hostname));
  if (parseIp(hostname) === undefined) return errors;
  return [...errors, invalid(field, hostname, 'must be a DNS name, not an IP address')];
}

function warningsOf(draft: Draft): string[] {
  const spec = specOf(draft);
  const annotations = (draft.metadata['annotations'] ?? {}) as StringMap;
  const warnings: string[] = [];
  const warn = (text: string): number => warnings.push(text);
  if (annotations[TOPOLOGY_HINTS] !== undefined) {
    warn(`annotation ${TOPOLOGY_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`);
  }
  const externalIps = spec.externalIPs ?? [];
  const isHeadless = spec.type === 'ClusterIP' && spec.clusterIP === 'None';
  if (spec.clusterIP && spec.clusterIP !== 'None') {
    spec.clusterIPs?.forEach((ip, i) => warnings.push(...ipWarnings(ip, `spec.clusterIPs[${i}]`)));
  }
  if (isHeadless) {
    if (spec.loadBalancerIP) warn('spec.loadBalancerIP is ignored for headless services');
    if (externalIps.length > 0) warn('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity !== 'None') {
      warn('spec.SessionAffinity is ignored for headless services');
    }
  }
  externalIps.forEach((ip, i) => warnings.push(...ipWarnings(ip, `spec.externalIPs[${i}]`)));
  if (externalIps.length > 0 && !isHeadless && spec.type !== 'ExternalName') {
    warn('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  if (spec.loadBalancerIP) warnings.push(...ipWarnings(spec.loadBalancerIP, 'spec.loadBalancerIP'));
  if (spec.type === 'ExternalName') {
    if (externalIps.length > 0)
      warn('spec.externalIPs is ignored when spec.type is "ExternalName"');
  } else if (spec.externalName) {
    warn('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec.trafficDistribution === 'PreferClose') {
    warn('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return warnings;
}

function externalIpCell(
  spec: DraftServiceSpec,
  ingress: readonly DraftLoadBalancerIngress[],
): string {
  const own = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return own.join(',') || '<none>';
    case 'LoadBalancer':
      return [...balancerAddresses(ingress), ...own].join(',') || '<pending>';
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

/** Addresses of a balancer, each once, sorted. */
export const balancerAddresses = (ingress: readonly DraftLoadBalancerIngress[]): string[] =>
  [...new Set(ingress.flatMap(({ ip, hostname }) => ip || hostname || []))].sort();

function portsCell(spec: DraftServiceSpec): string {
  const texts = (spec.ports ?? []).map(({ port, protocol, nodePort }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return texts.join(',') || '<none>';
}
