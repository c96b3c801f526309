/** Validation of a pod's DNS settings, extra hosts and overridden host name. */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, required, tooLong } from '../../field-error';
import { dnsSubdomainErrors } from '../fields/field-validation';
import { ipErrors } from '../fields/ip-addresses';
import type { DraftPodSpec } from './pod-spec-draft';

const SERVERS_MAX = 3;
const SEARCHES_MAX = 32;
const SEARCH_CHARACTERS_MAX = 2048;
const SUBDOMAIN_MAX = 253;
const HOSTNAME_MAX = 64;
const UNDERSCORE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const UNDERSCORE_SUBDOMAIN = `${UNDERSCORE_LABEL}(\\.${UNDERSCORE_LABEL})*`;
const UNDERSCORE_REGEXP = new RegExp(`^${UNDERSCORE_SUBDOMAIN}$`);
const UNDERSCORE_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' " +
  "or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used " +
  `for validation is '${UNDERSCORE_SUBDOMAIN}')`;

export function dnsConfigErrors(spec: DraftPodSpec, path: string): FieldError[] {
  const config = spec.dnsConfig;
  if (spec.dnsPolicy === 'None') {
    if (!config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if ((config.nameservers ?? []).length === 0) {
      const why = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      return [required(`${path}.nameservers`, why)];
    }
  }
  if (!config) return [];
  const { nameservers = [], searches = [], options = [] } = config;
  const errors: FieldError[] = [];
  if (nameservers.length > SERVERS_MAX) {
    const why = `must not have more than ${SERVERS_MAX} nameservers`;
    errors.push(invalid(`${path}.nameservers`, nameservers, why));
  }
  nameservers.forEach((server, index) => {
    errors.push(...ipErrors(server, `${path}.nameservers[${index}]`));
  });
  if (searches.length > SEARCHES_MAX) {
    const why = `must not have more than ${SEARCHES_MAX} search paths`;
    errors.push(invalid(`${path}.searches`, searches, why));
  }
  if (searches.join(' ').length > SEARCH_CHARACTERS_MAX) {
    const limit = `${SEARCH_CHARACTERS_MAX} characters (including spaces) in the search list`;
    errors.push(invalid(`${path}.searches`, searches, `must not have more than ${limit}`));
  }
  searches.forEach((search, index) => {
    if (search === '.') return;
    const domain = search.endsWith('.') ? search.slice(0, -1) : search;
    errors.push(...searchErrors(domain, `${path}.searches[${index}]`));
  });
  options.forEach(({ name }, index) => {
    if (!name) errors.push(required(`${path}.options[${index}]`, 'must not be empty'));
  });
  return errors;
}

function searchErrors(domain: string, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (domain.length > SUBDOMAIN_MAX) {
    errors.push(invalid(field, domain, `must be no more than ${SUBDOMAIN_MAX} characters`));
  }
  if (!UNDERSCORE_REGEXP.test(domain)) errors.push(invalid(field, domain, UNDERSCORE_MESSAGE));
  return errors;
}

export function hostAliasesErrors(
  aliases: NonNullable<DraftPodSpec['hostAliases']>,
  path: string,
): FieldError[] {
  return aliases.flatMap(({ ip = '', hostnames = [] }, index) => [
    ...ipErrors(ip, `${path}[${index}].ip`),
    ...hostnames.flatMap((name, nameIndex) =>
      dnsSubdomainErrors(name, `${path}[${index}].hostnames[${nameIndex}]`),
    ),
  ]);
}

export function hostnameOverrideErrors(spec: DraftPodSpec, field: string): FieldError[] {
  const name = spec.hostnameOverride;
  if (name === undefined || name === null) return [];
  const errors: FieldError[] = [];
  if (spec.setHostnameAsFQDN === true) {
    errors.push(forbidden(field, 'may not be specified when setHostnameAsFQDN is true'));
  }
  if (spec.hostNetwork === true) {
    errors.push(forbidden(field, 'may not be specified when hostNetwork is true'));
  }
  if (name.length > HOSTNAME_MAX) errors.push(tooLong(field, HOSTNAME_MAX));
  return [...errors, ...dnsSubdomainErrors(name, field)];
}
