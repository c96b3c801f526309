/** Ingress (networking.k8s.io/v1): HTTP routes from outside to Services. */
import type { FieldError } from '../field-error';
import { invalid, notSupported, required } from '../field-error';
import {
  isDns1123Label,
  isDns1123Subdomain,
  isPortName,
  isPortNumber,
  validateObjectMeta,
} from '../names';
import type { StringMap } from '../object';
import { ageCell, kind } from './define';
import { dnsSubdomainErrors, invalidFor, isPathSegmentName } from './fields/field-validation';
import { ipErrors, parseIp } from './fields/ip-addresses';
import { balancerAddresses, balancerHostnameErrors } from './service';
import type { DraftLoadBalancerIngress } from './services/service-draft';

interface Reference {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}

interface Backend {
  readonly resource?: Reference;
  readonly service?: {
    readonly name?: string;
    readonly port?: { readonly name?: string; readonly number?: number };
  };
}

interface Path {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend?: Backend;
}

interface Rule {
  readonly host?: string;
  readonly http?: { readonly paths?: readonly Path[] };
}

interface Tls {
  readonly hosts?: readonly string[];
  readonly secretName?: string;
}

interface IngressSpec {
  readonly defaultBackend?: Backend;
  readonly ingressClassName?: string;
  readonly rules?: readonly Rule[];
  readonly tls?: readonly Tls[];
}

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_SUFFIXES = ['/..', '/.'];
const WILDCARD_PATTERN = '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const WILDCARD = new RegExp(`^${WILDCARD_PATTERN}$`);
const LISTED = 3;

const specOf = (object: unknown): IngressSpec => (object as { spec?: IngressSpec }).spec ?? {};
const annotationsOf = (metadata: unknown): StringMap =>
  (metadata as { annotations?: StringMap }).annotations ?? {};
const balancersOf = (object: unknown): readonly DraftLoadBalancerIngress[] =>
  (object as { status?: { loadBalancer?: { ingress?: DraftLoadBalancerIngress[] } } }).status
    ?.loadBalancer?.ingress ?? [];

export const ingressKind = kind({
  apiVersion: 'networking.k8s.io/v1',
  plural: 'ingresses',
  updateOrder: ['metadata', 'whole'],
  generation: 'spec',
  prepareForCreate(draft) {
    draft['spec'] ??= {};
    draft['status'] = { loadBalancer: {} };
  },
  validate(draft) {
    const spec = specOf(draft);
    const annotated = annotationsOf(draft.metadata)[CLASS_ANNOTATION];
    const errors = [
      ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
      ...specErrors(spec),
    ];
    const className = spec.ingressClassName;
    if (annotated === undefined || className === undefined || annotated === className)
      return errors;
    const why = 'must match `ingressClassName` when both are specified';
    return [...errors, invalid(`annotations.${CLASS_ANNOTATION}`, annotated, why)];
  },
  validateStatusUpdate(draft, old) {
    const kept = balancersOf(old).flatMap(({ ip }) => (ip ? [ip] : []));
    return balancersOf(draft).flatMap(({ ip, hostname }, i) => {
      const path = `status.loadBalancer.ingress[${i}]`;
      return [
        ...(ip ? ipErrors(ip, `${path}.ip`, kept) : []),
        ...(hostname ? balancerHostnameErrors(hostname, `${path}.hostname`) : []),
      ];
    });
  },
  warnings(draft) {
    const isAnnotated = annotationsOf(draft.metadata)[CLASS_ANNOTATION] !== undefined;
    if (!isAnnotated || specOf(draft).ingressClassName !== undefined) return [];
    return [
      `annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`,
    ];
  },
  cells(object, context) {
    const spec = specOf(object);
    return [
      object.metadata.name,
      spec.ingressClassName ?? '<none>',
      hostsCell(spec.rules ?? []),
      balancerAddresses(balancersOf(object)).join(','),
      spec.tls?.length ? '80, 443' : '80',
      ageCell(object.metadata.creationTimestamp, context),
    ];
  },
});

function hostsCell(rules: readonly Rule[]): string {
  const hosts: string[] = [];
  let more = false;
  for (const { host } of rules) {
    if (hosts.length === LISTED) more = true;
    if (!more && host) hosts.push(host);
  }
  if (hosts.length === 0) return '*';
  return more ? `${hosts.join(',')} + ${rules.length - LISTED} more...` : hosts.join(',');
}

function specErrors(spec: IngressSpec): FieldError[] {
  const { rules = [], tls = [], defaultBackend, ingressClassName } = spec;
  const errors: FieldError[] = [];
  if (rules.length === 0 && defaultBackend === undefined) {
    const why = 'either `defaultBackend` or `rules` must be specified';
    errors.push(invalid('spec', spec.rules ?? null, why));
  }
  if (defaultBackend !== undefined) {
    errors.push(...backendErrors(defaultBackend, 'spec.defaultBackend'));
  }
  errors.push(
    ...rules.flatMap((rule, i) => ruleErrors(rule, `spec.rules[${i}]`)),
    ...tls.flatMap((one, i) => tlsErrors(one, `spec.tls[${i}]`)),
  );
  if (ingressClassName === undefined) return errors;
  return [...errors, ...dnsSubdomainErrors(ingressClassName, 'spec.ingressClassName')];
}

const tlsErrors = ({ hosts = [], secretName }: Tls, path: string): FieldError[] => [
  ...hosts.flatMap((host, i) => invalidFor(`${path}.hosts[${i}]`, host, hostMessages(host))),
  ...(secretName ? dnsSubdomainErrors(secretName, `${path}.secretName`) : []),
];

function hostMessages(host: string): string[] {
  if (!host.includes('*')) return isDns1123Subdomain(host);
  const messages = host.length > 253 ? ['must be no more than 253 characters'] : [];
  if (WILDCARD.test(host)) return messages;
  const shown = `(e.g. '*.example.com', regex used for validation is '${WILDCARD_PATTERN}')`;
  const text =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, " +
    "which must consist of lower case alphanumeric characters, '-' or '.' and end with an " +
    'alphanumeric character';
  return [...messages, `${text} ${shown}`];
}

function ruleErrors({ host, http }: Rule, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (host) {
    if (parseIp(host) !== undefined) {
      errors.push(invalid(`${path}.host`, host, 'must be a DNS name, not an IP address'));
    }
    errors.push(...invalidFor(`${path}.host`, host, hostMessages(host)));
  }
  if (http === undefined) return errors;
  const paths = http.paths ?? [];
  if (paths.length === 0) errors.push(required(`${path}.http.paths`));
  return [...errors, ...paths.flatMap((one, i) => pathErrors(one, `${path}.http.paths[${i}]`))];
}

function pathErrors({ path = '', pathType, backend = {} }: Path, field: string): FieldError[] {
  if (pathType === undefined) return [required(`${field}.pathType`, 'pathType must be specified')];
  const errors: FieldError[] = [];
  const refuse = (why: string): number => errors.push(invalid(`${field}.path`, path, why));
  const isAbsolute = path.startsWith('/');
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!isAbsolute) refuse('must be an absolute path');
    for (const text of BAD_SEQUENCES) if (path.includes(text)) refuse(`must not contain '${text}'`);
    for (const text of BAD_SUFFIXES) if (path.endsWith(text)) refuse(`cannot end with '${text}'`);
  } else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !isAbsolute) refuse('must be an absolute path');
  } else {
    errors.push(notSupported(`${field}.pathType`, pathType, PATH_TYPES));
  }
  return [...errors, ...backendErrors(backend, `${field}.backend`)];
}

function backendErrors({ resource, service }: Backend, path: string): FieldError[] {
  if (resource !== undefined && service !== undefined) {
    return [invalid(path, '', 'cannot set both resource and service backends')];
  }
  if (resource !== undefined) return referenceErrors(resource, `${path}.resource`);
  if (service === undefined) {
    return [invalid(path, '', 'resource or service backend is required')];
  }
  const { name = '', port = {} } = service;
  const nameField = `${path}.service.name`;
  const errors =
    name === '' ? [required(nameField)] : invalidFor(nameField, name, isDns1123Label(name));
  if (port.name && port.number) {
    errors.push(invalid(path, '', 'cannot set both port name & port number'));
  } else if (port.name) {
    errors.push(...invalidFor(`${path}.service.port.name`, port.name, isPortName(port.name)));
  } else if (port.number) {
    const field = `${path}.service.port.number`;
    errors.push(...invalidFor(field, port.number, isPortNumber(port.number)));
  } else {
    errors.push(required(path, 'port name or number is required'));
  }
  return errors;
}

/** A reference to an object by group, kind and name; IngressClasses have one, too. */
export function referenceErrors(reference: Reference, path: string): FieldError[] {
  const { apiGroup, kind: kindName = '', name = '' } = reference;
  const named = (field: string, text: string): FieldError[] =>
    text === ''
      ? [required(`${path}.${field}`)]
      : invalidFor(`${path}.${field}`, text, isPathSegmentName(text));
  return [
    ...(apiGroup !== undefined ? dnsSubdomainErrors(apiGroup, `${path}.apiGroup`) : []),
    ...named('kind', kindName),
    ...named('name', name),
  ];
}
