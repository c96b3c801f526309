/**
 * Validation of a Service's cluster IPs and IP families, and of what an update may do to them.
 * Stands for core's ValidateServiceClusterIPsRelatedFields and the allocator's own checks of a
 * cluster that has one range of IPv4 addresses.
 */
import type { FieldError } from '../../field-error';
import { duplicate, forbidden, invalid, required } from '../../field-error';
import { oneOf, qualifiedNameErrors, sameTexts } from '../fields/field-validation';
import { ipErrors, parseIp } from '../fields/ip-addresses';
import type { DraftServiceSpec } from './service-draft';
import { isHeadless, needsHealthCheckPort } from './service-draft';

const IPS = 'spec.clusterIPs';
const FAMILIES = 'spec.ipFamilies';
const POLICY = 'spec.ipFamilyPolicy';
const ONCE = 'may not change once set';
export const BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'";

export function clusterIpErrors(spec: DraftServiceSpec, old?: DraftServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const ips = spec.clusterIPs ?? [];
  const errors = [...followErrors(spec, ips), ...familyErrors(spec)];
  const own = ips.flatMap((ip, i) => {
    if (i > 0 || ip !== 'None') return ipErrors(ip, `${IPS}[${i}]`, old?.clusterIPs);
    return ips.length > 1 ? [invalid(IPS, ips, "'None' must be the first and only value")] : [];
  });
  errors.push(...own);
  if (ips.length > 2) errors.push(invalid(IPS, ips, 'may only hold up to 2 values'));
  if (own.length > 0) return errors;
  if (ips.length > 1 && new Set(ips.map((ip) => parseIp(ip)?.family)).size < 2) {
    errors.push(invalid(IPS, ips, 'may specify no more than one IP for each IP family'));
  }
  if (!isHeadless(spec)) errors.push(...mismatches(ips, spec.ipFamilies ?? []));
  return errors.length > 0 ? errors : singleStackErrors(spec);
}

function followErrors(spec: DraftServiceSpec, ips: readonly string[]): FieldError[] {
  if (!spec.clusterIP) {
    const why = 'must be empty when `clusterIP` is not specified';
    return ips.length > 0 ? [invalid(IPS, ips, why)] : [];
  }
  if (ips.length === 0) return [required(IPS)];
  if (ips[0] === spec.clusterIP) return [];
  return [invalid(IPS, ips, 'first value must match `clusterIP`')];
}

function familyErrors(spec: DraftServiceSpec): FieldError[] {
  const families = spec.ipFamilies ?? [];
  const errors = families.flatMap((family, i) => [
    ...oneOf(family, ['IPv4', 'IPv6'], `${FAMILIES}[${i}]`),
    ...(families.indexOf(family) < i ? [duplicate(`${FAMILIES}[${i}]`, family)] : []),
  ]);
  const policy = spec.ipFamilyPolicy;
  const policies = ['SingleStack', 'PreferDualStack', 'RequireDualStack'];
  return policy === undefined ? errors : [...errors, ...oneOf(policy, policies, POLICY)];
}

function mismatches(ips: readonly string[], families: readonly string[]): FieldError[] {
  return ips.flatMap((ip, i) => {
    const family = families[i];
    if (family === undefined || parseIp(ip)?.family === family) return [];
    const why = `expected an ${family} value as indicated by \`ipFamilies[${i}]\``;
    return [invalid(`${IPS}[${i}]`, ip, why)];
  });
}

/** What cannot be had from a cluster with IPv4 addresses only. */
function singleStackErrors(spec: DraftServiceSpec): FieldError[] {
  const families = spec.ipFamilies ?? [];
  const errors: FieldError[] = [];
  if (spec.ipFamilyPolicy === 'SingleStack') {
    const why = (what: string): string =>
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
    if (spec.clusterIPs?.length === 2) {
      errors.push(invalid(POLICY, spec.ipFamilyPolicy, why('cluster IPs')));
    }
    if (families.length === 2) {
      errors.push(invalid(POLICY, spec.ipFamilyPolicy, why('IP families')));
    }
    if (errors.length > 0) return errors;
  }
  const selectorless = Object.keys(spec.selector ?? {}).length === 0;
  if (spec.clusterIP === 'None' && selectorless) return [];
  if (spec.ipFamilyPolicy === 'RequireDualStack') {
    const why = 'this cluster is not configured for dual-stack services';
    errors.push(invalid(POLICY, spec.ipFamilyPolicy, why));
  }
  if (families.length === 0) {
    const ips = spec.clusterIPs ?? [];
    ips.forEach((ip, i) => {
      if (parseIp(ip)?.family !== 'IPv6') return;
      errors.push(invalid(`${IPS}[${i}]`, ips, 'IPv6 is not configured on this cluster'));
    });
  }
  families.forEach((family, i) => {
    if (family === 'IPv4') return;
    errors.push(invalid(`${FAMILIES}[${i}]`, family, 'not configured on this cluster'));
  });
  return errors;
}

/** What an update may not do to addresses, families and the balancer's class. */
export function serviceUpdateErrors(spec: DraftServiceSpec, old: DraftServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.type !== 'ExternalName' && old.type !== 'ExternalName') {
    errors.push(...ipChangeErrors(spec, old), ...familyChangeErrors(spec, old));
  }
  const bothBalance = spec.type === 'LoadBalancer' && old.type === 'LoadBalancer';
  if (bothBalance && spec.loadBalancerClass !== old.loadBalancerClass) {
    errors.push(invalid('spec.loadBalancerClass', spec.loadBalancerClass, ONCE));
  }
  errors.push(...balancerClassErrors(spec));
  const port = old.healthCheckNodePort ?? 0;
  const bothCheck = needsHealthCheckPort(spec) && needsHealthCheckPort(old);
  if (bothCheck && port !== 0 && (spec.healthCheckNodePort ?? port) !== port) {
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
  }
  return errors;
}

/** An update is told twice of a class that is wrong. */
export function balancerClassErrors({ type, loadBalancerClass }: DraftServiceSpec): FieldError[] {
  const field = 'spec.loadBalancerClass';
  if (loadBalancerClass === undefined) return [];
  if (type !== 'LoadBalancer') return [forbidden(field, BALANCER_ONLY)];
  return qualifiedNameErrors(loadBalancerClass, field);
}

function ipChangeErrors(spec: DraftServiceSpec, old: DraftServiceSpec): FieldError[] {
  if (isHeadless(spec) && isHeadless(old)) return [];
  const now = spec.clusterIPs ?? [];
  const before = old.clusterIPs ?? [];
  if (now.length === before.length) {
    return before.flatMap((ip, i) => (ip === now[i] ? [] : [invalid(`${IPS}[${i}]`, now, ONCE)]));
  }
  const errors: FieldError[] = [];
  if (before.length > now.length && now.length === 0) {
    errors.push(invalid(`${IPS}[0]`, spec.clusterIPs, 'primary clusterIP can not be unset'));
  }
  if (before.length > 0 && now.length > 0 && now[0] !== before[0]) {
    errors.push(invalid(`${IPS}[0]`, now, ONCE));
  }
  if (before.length > now.length && now.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    const why = "must be set to 'SingleStack' when releasing the secondary clusterIP";
    errors.push(invalid(POLICY, spec.ipFamilyPolicy, why));
  }
  return errors;
}

function familyChangeErrors(spec: DraftServiceSpec, old: DraftServiceSpec): FieldError[] {
  if (isHeadless(spec) || isHeadless(old)) return [];
  const now = spec.ipFamilies ?? [];
  const before = old.ipFamilies ?? [];
  if (sameTexts(now, before)) return [];
  if (now.length === before.length) {
    return before
      .filter((family, i) => family !== now[i])
      .map(() => invalid(`${FAMILIES}[0]`, now, ONCE));
  }
  const errors: FieldError[] = [];
  if (now.length > 0 && before.length > 0 && now[0] !== before[0]) {
    errors.push(invalid(`${FAMILIES}[0]`, spec.clusterIPs, ONCE));
  }
  if (before.length > now.length && now.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    const why = "must be set to 'SingleStack' when releasing the secondary ipFamily";
    errors.push(invalid(POLICY, spec.ipFamilyPolicy, why));
  }
  return errors;
}
