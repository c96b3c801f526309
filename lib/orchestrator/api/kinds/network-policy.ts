/** NetworkPolicy (networking.k8s.io/v1): who may talk to the pods that it selects. */
import type { FieldError } from '../field-error';
import { forbidden, invalid, required } from '../field-error';
import type { LabelSelector } from '../label-selector';
import { formatSelectorCell, validateLabelSelector } from '../label-selector';
import { isDns1123Subdomain, isPortName, isPortNumber, validateObjectMeta } from '../names';
import { ageCell, kind } from './define';
import { invalidFor, notSupportedInOrder } from './fields/field-validation';
import { cidrErrors, isStrictSubset, parseCidr } from './fields/ip-addresses';
import { mapSame, withFields } from './fields/structural-sharing';
import { PROTOCOLS } from './services/service-validation';

interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

interface IpBlock {
  readonly cidr?: string;
  readonly except?: readonly string[];
}

interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: IpBlock;
}

interface Rule {
  readonly ports?: readonly Port[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}

interface PolicySpec {
  readonly podSelector?: LabelSelector;
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  readonly policyTypes?: readonly string[];
}

const TYPES = ['Ingress', 'Egress'];

const specOf = (object: unknown): PolicySpec => (object as { spec?: PolicySpec }).spec ?? {};

export const networkPolicyKind = kind({
  apiVersion: 'networking.k8s.io/v1',
  plural: 'networkpolicies',
  generation: 'spec',
  applyDefaults(draft) {
    const spec = specOf(draft);
    draft['spec'] = withFields(spec, {
      podSelector: spec.podSelector ?? {},
      ingress: mapSame(spec.ingress, defaultedRule),
      egress: mapSame(spec.egress, defaultedRule),
      policyTypes: spec.policyTypes?.length
        ? spec.policyTypes
        : spec.egress?.length
          ? TYPES
          : ['Ingress'],
    });
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...specErrors(specOf(draft)),
  ],
  cells: (object, context) => [
    object.metadata.name,
    formatSelectorCell(specOf(object).podSelector),
    ageCell(object.metadata.creationTimestamp, context),
  ],
});

const defaultedRule = (rule: Rule): Rule =>
  withFields(rule, {
    ports: mapSame(rule.ports, (port) => withFields(port, { protocol: port.protocol ?? 'TCP' })),
  });

function specErrors(spec: PolicySpec): FieldError[] {
  const types = spec.policyTypes ?? [];
  const errors = [
    ...validateLabelSelector(spec.podSelector, 'spec.podSelector'),
    ...(spec.ingress ?? []).flatMap((rule, i) => ruleErrors(rule, 'from', `spec.ingress[${i}]`)),
    ...(spec.egress ?? []).flatMap((rule, i) => ruleErrors(rule, 'to', `spec.egress[${i}]`)),
  ];
  if (types.length > TYPES.length) {
    const why = 'may not specify more than two policyTypes';
    return [...errors, invalid('spec.policyTypes', types, why)];
  }
  types.forEach((type, i) => {
    if (TYPES.includes(type)) return;
    errors.push(notSupportedInOrder(`spec.policyTypes[${i}]`, type, TYPES));
  });
  return errors;
}

const ruleErrors = (rule: Rule, peers: 'from' | 'to', path: string): FieldError[] => [
  ...(rule.ports ?? []).flatMap((port, i) => portErrors(port, `${path}.ports[${i}]`)),
  ...(rule[peers] ?? []).flatMap((peer, i) => peerErrors(peer, `${path}.${peers}[${i}]`)),
];

function portErrors({ protocol, port, endPort }: Port, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (protocol !== undefined && !PROTOCOLS.some((one) => one === protocol)) {
    errors.push(notSupportedInOrder(`${path}.protocol`, protocol, PROTOCOLS));
  }
  const endField = `${path}.endPort`;
  if (port === undefined) {
    const why = 'may not be specified when `port` is not specified';
    if (endPort !== undefined) errors.push(invalid(endField, endPort, why));
  } else if (typeof port === 'string') {
    const why = 'may not be specified when `port` is non-numeric';
    if (endPort !== undefined) errors.push(invalid(endField, endPort, why));
    errors.push(...invalidFor(`${path}.port`, port, isPortName(port)));
  } else {
    errors.push(...invalidFor(`${path}.port`, port, isPortNumber(port)));
    if (endPort === undefined) return errors;
    // The real server shows the first port here, not the last.
    if (endPort < port) {
      errors.push(invalid(endField, port, 'must be greater than or equal to `port`'));
    }
    errors.push(...invalidFor(endField, endPort, isPortNumber(endPort)));
  }
  return errors;
}

function peerErrors({ podSelector, namespaceSelector, ipBlock }: Peer, path: string): FieldError[] {
  const errors = [
    ...validateLabelSelector(podSelector, `${path}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...(ipBlock !== undefined ? ipBlockErrors(ipBlock, `${path}.ipBlock`) : []),
  ];
  const hasSelector = podSelector !== undefined || namespaceSelector !== undefined;
  if (ipBlock === undefined && !hasSelector) {
    errors.push(required(path, 'must specify a peer'));
  } else if (ipBlock !== undefined && hasSelector) {
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  }
  return errors;
}

function ipBlockErrors({ cidr = '', except = [] }: IpBlock, path: string): FieldError[] {
  if (cidr === '') return [required(`${path}.cidr`)];
  const errors = cidrErrors(cidr, `${path}.cidr`);
  const range = parseCidr(cidr);
  if (range === undefined) return errors;
  except.forEach((text, i) => {
    const field = `${path}.except[${i}]`;
    errors.push(...cidrErrors(text, field));
    const hole = parseCidr(text);
    if (hole === undefined || isStrictSubset(hole, range)) return;
    errors.push(invalid(field, text, 'must be a strict subset of `cidr`'));
  });
  return errors;
}
