/** The `format`s of texts in custom resources that are checked; all others are not. */
import { parseCidr, parseIp } from '../fields/ip-addresses';

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';

const CHECKS: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) =>
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text) &&
    isDate(text.slice(0, 10)),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDate(text),
  ipv4: (text) => parseIp(text)?.family === 'IPv4',
  ipv6: (text) => parseIp(text)?.family === 'IPv6',
  cidr: (text) => parseCidr(text) !== undefined,
  uuid: (text) => UUID.test(text),
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  uri: (text) => /^([a-z][a-z0-9+.-]*:|\/)/i.test(text),
  hostname: (text) => new RegExp(`^${LABEL}(\\.${LABEL})*$`, 'i').test(text),
  mac: (text) => /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text),
  byte: (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text),
  duration: (text) => /^-?(\d+(\.\d+)?\s*(ns|us|µs|ms|s|m|h|d|w)\s*)+$|^0$/.test(text),
  'k8s-short-name': (text) => new RegExp(`^${LABEL}$`).test(text),
  'k8s-long-name': (text) =>
    text.length <= 253 && new RegExp(`^${LABEL}(\\.${LABEL})*$`).test(text),
};

export const hasFormat = (text: string, format: string): boolean => CHECKS[format]?.(text) ?? true;

function isDate(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= (days[month - 1] ?? 0);
}
