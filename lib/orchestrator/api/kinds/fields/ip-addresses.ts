/**
 * IP addresses and ranges as the API server reads and checks them in Services, Ingresses,
 * EndpointSlices, Nodes and NetworkPolicies (apimachinery's ip validation, strict since 1.36).
 */
import type { FieldError } from '../../field-error';
import { invalid } from '../../field-error';

export interface IpAddress {
  readonly family: 'IPv4' | 'IPv6';
  /** The address as a number of 32 or 128 bits. */
  readonly bits: bigint;
  /** An IPv4 address that was written as `::ffff:a.b.c.d`. */
  readonly mapped: boolean;
  /** Leading zeros in IPv4 octets, which strict parsers refuse. */
  readonly leadingZeros: boolean;
}

export interface IpRange {
  readonly address: IpAddress;
  readonly prefixLength: number;
  /** The first address of the range, as a number. */
  readonly first: bigint;
  readonly leadingZeros: boolean;
}

const LENGTH = { IPv4: 32, IPv6: 128 } as const;
const BAD_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const BAD_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** An address in either family; undefined if it is none. */
export function parseIp(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** `10.0.0.0/8`; undefined if it is no range. */
export function parseCidr(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseIp(text.slice(0, slash));
  const lengthText = text.slice(slash + 1);
  if (address === undefined || !/^[0-9]+$/.test(lengthText)) return undefined;
  const prefixLength = Number(lengthText);
  const length = LENGTH[address.family];
  if (prefixLength > (address.mapped ? LENGTH.IPv6 : length)) return undefined;
  const own = address.mapped ? Math.max(0, prefixLength - 96) : prefixLength;
  const first = (address.bits >> BigInt(length - own)) << BigInt(length - own);
  const leadingZeros = address.leadingZeros || (lengthText.length > 1 && lengthText[0] === '0');
  return { address, prefixLength: own, first, leadingZeros };
}

/** Whether `inner` lies in `outer` and is smaller. */
export function isStrictSubset(inner: IpRange, outer: IpRange): boolean {
  if (inner.address.family !== outer.address.family) return false;
  if (outer.prefixLength >= inner.prefixLength) return false;
  const shift = BigInt(LENGTH[outer.address.family] - outer.prefixLength);
  return inner.first >> shift === outer.first >> shift;
}

/** The canonical text of an address (RFC 5952). */
export function formatIp({ family, bits }: IpAddress): string {
  if (family === 'IPv4') return [24n, 16n, 8n, 0n].map((n) => (bits >> n) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => (bits >> BigInt(112 - 16 * i)) & 0xffffn);
  const run = longestZeroRun(groups);
  const hex = (list: readonly bigint[]): string => list.map((n) => n.toString(16)).join(':');
  if (run.length < 2) return hex(groups);
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

export function formatCidr({ address, first, prefixLength }: IpRange): string {
  return `${formatIp({ ...address, bits: first })}/${prefixLength}`;
}

/** An address in a field that once took sloppier ones; those that were there before may stay. */
export function ipErrors(text: string, field: string, kept: readonly string[] = []): FieldError[] {
  if (kept.includes(text)) return [];
  const ip = parseIp(text);
  if (ip === undefined) return [invalid(field, text, BAD_IP)];
  if (ip.leadingZeros) return [invalid(field, text, 'must not have leading 0s')];
  if (ip.mapped) return [invalid(field, text, 'must not be an IPv4-mapped IPv6 address')];
  return [];
}

/** As `ipErrors`, and the text must be the canonical one. */
export function canonicalIpErrors(text: string, field: string): FieldError[] {
  const errors = ipErrors(text, field);
  const ip = parseIp(text);
  if (errors.length > 0 || ip === undefined || formatIp(ip) === text) return errors;
  return [invalid(field, text, `must be in canonical form ("${formatIp(ip)}")`)];
}

/** A range in a field that once took sloppier ones. */
export function cidrErrors(
  text: string,
  field: string,
  kept: readonly string[] = [],
): FieldError[] {
  if (kept.includes(text)) return [];
  const range = parseCidr(text);
  if (range === undefined) return [invalid(field, text, BAD_CIDR)];
  if (range.leadingZeros) {
    return [invalid(field, text, 'must not have leading 0s in IP or prefix length')];
  }
  if (range.address.mapped) {
    return [invalid(field, text, 'must not have an IPv4-mapped IPv6 address')];
  }
  if (range.address.bits !== range.first) {
    return [invalid(field, text, 'must not have bits set beyond the prefix length')];
  }
  return [];
}

/** As `cidrErrors`, and the text must be the canonical one. */
export function canonicalCidrErrors(text: string, field: string): FieldError[] {
  const errors = cidrErrors(text, field);
  const range = parseCidr(text);
  if (errors.length > 0 || range === undefined || formatCidr(range) === text) return errors;
  return [invalid(field, text, `must be in canonical form ("${formatCidr(range)}")`)];
}

/** Warnings for addresses that are accepted but not written as they should be. */
export function ipWarnings(text: string, field: string): string[] {
  const ip = parseIp(text);
  if (ip === undefined) return [];
  const canonical = formatIp(ip);
  if (ip.leadingZeros || ip.mapped) {
    return [`${field}: non-standard IP address "${text}" is invalid: use "${canonical}"`];
  }
  if (ip.family === 'IPv4' || canonical === text) return [];
  return [
    `${field}: IPv6 address "${text}" should be in RFC 5952 canonical format ("${canonical}")`,
  ];
}

/** What is odd about a range that is accepted. */
export function cidrWarnings(text: string, field: string): string[] {
  const range = parseCidr(text);
  if (range === undefined) return [];
  const canonical = formatCidr(range);
  if (range.leadingZeros || range.address.mapped || range.first !== range.address.bits) {
    return [`${field}: CIDR value "${text}" is ambiguous in this context: use "${canonical}"`];
  }
  if (range.address.family === 'IPv4' || canonical === text) return [];
  return [
    `${field}: IPv6 CIDR value "${text}" should be in RFC 5952 canonical format ("${canonical}")`,
  ];
}

/** Addresses that no endpoint may have. */
export function endpointIpErrors(text: string, field: string): FieldError[] {
  const ip = parseIp(text);
  if (ip === undefined) return [invalid(field, text, 'must be a valid IP address')];
  const within = (...ranges: string[]): boolean => ranges.some((range) => contains(range, ip));
  const errors: FieldError[] = [];
  const refuse = (why: string): number => errors.push(invalid(field, text, why));
  if (ip.bits === 0n) refuse(`may not be unspecified (${text})`);
  if (within('127.0.0.0/8', '::1/128')) {
    refuse('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  }
  if (within('169.254.0.0/16', 'fe80::/10')) {
    refuse('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  }
  if (within('224.0.0.0/24', 'ff02::/16')) {
    refuse('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  }
  return errors;
}

function contains(range: string, ip: IpAddress): boolean {
  const parsed = parseCidr(range);
  if (parsed === undefined || parsed.address.family !== ip.family) return false;
  const shift = BigInt(LENGTH[ip.family] - parsed.prefixLength);
  return ip.bits >> shift === parsed.first >> shift;
}

function parseIpv4(text: string): IpAddress | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let bits = 0n;
  let leadingZeros = false;
  for (const octet of octets) {
    if (!/^[0-9]+$/.test(octet) || Number(octet) > 255) return undefined;
    if (octet.length > 1 && octet[0] === '0') leadingZeros = true;
    bits = (bits << 8n) | BigInt(Number(octet));
  }
  return { family: 'IPv4', bits, mapped: false, leadingZeros };
}

function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  const bits = groups.reduce((sum, group) => (sum << 16n) | group, 0n);
  if (bits >> 32n !== 0xffffn) return { family: 'IPv6', bits, mapped: false, leadingZeros: false };
  return { family: 'IPv4', bits: bits & 0xffffffffn, mapped: true, leadingZeros: false };
}

function groupsOf(text: string, mayEndInIpv4: boolean): bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: bigint[] = [];
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else if (mayEndInIpv4 && i === parts.length - 1 && part.includes('.')) {
      const ipv4 = parseIpv4(part);
      if (ipv4 === undefined) return undefined;
      groups.push(ipv4.bits >> 16n, ipv4.bits & 0xffffn);
    } else return undefined;
  }
  return groups;
}

function longestZeroRun(groups: readonly bigint[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, i) => {
    if (group !== 0n) start = i + 1;
    else if (i - start + 1 > best.length) best = { start, length: i - start + 1 };
  });
  return best;
}
