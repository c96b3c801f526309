/**
 * Warnings about pods and templates that are accepted but do not do what they seem to: deprecated
 * labels, volumes and annotations, hidden variables, ports that overlap, selectors that are null.
 */
import type { Draft } from '../../kind';
import { isDns1123Label, isLabelValue } from '../../name-formats';
import { isQuantity, canonicalQuantity, parseQuantity } from '../../quantity';
import { ipWarnings } from '../fields/ip-addresses';
import { volumeWarnings } from '../volumes/volume-warnings';
import type {
  DraftContainer,
  DraftNodeTerm,
  DraftPodAffinity,
  DraftPodSpec,
  DraftPodTemplate,
  DraftPort,
  DraftResourceList,
} from './pod-spec-draft';
import { containersWithPaths } from './pod-spec-draft';

/** Labels of nodes, with what the server says of selecting by them. */
export const DEPRECATED_LABELS: Readonly<Record<string, string | undefined>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region':
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone':
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type':
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods':
    'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};
const DEPRECATED_ANNOTATIONS: readonly (readonly [string, string])[] = [
  [
    'scheduler.alpha.kubernetes.io/critical-pod',
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  ],
  [
    'security.alpha.kubernetes.io/sysctls',
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
  [
    'security.alpha.kubernetes.io/unsafe-sysctls',
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
];
const NULL_SELECTOR = 'a null labelSelector results in matching no pod';
const NANO = 1_000_000_000n;

/** A name that is no DNS label surprises where pods are named and found by it. */
export function workloadNameWarnings(draft: Draft, usedIn = 'Pod names and hostnames'): string[] {
  const messages = isDns1123Label(String(draft.metadata.name ?? ''));
  if (messages.length === 0) return [];
  const why = 'which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: this is used in ${usedIn}, ${why}: [${messages.join(' ')}]`];
}

/** Warnings for a template at `path`, or for a pod with the path ''. */
export function podTemplateWarnings(template: DraftPodTemplate, path: string): string[] {
  const { metadata = {}, spec = {} } = template;
  const prefix = path === '' ? '' : `${path}.`;
  const specPath = `${prefix}spec`;
  const annotations = metadata.annotations ?? {};
  return [
    ...nodeLabelWarnings(spec, specPath),
    ...spreadWarnings(spec, specPath),
    ...DEPRECATED_ANNOTATIONS.flatMap(([key, why]) =>
      annotations[key] === undefined ? [] : [`${prefix}metadata.annotations[${key}]: ${why}`],
    ),
    ...volumeWarnings(spec.volumes ?? [], `${specPath}.volumes`),
    ...duplicateWarnings(spec, specPath),
    ...fractionWarnings(spec.overhead, `${specPath}.overhead`),
    ...containersWithPaths(spec, specPath).flatMap(({ container, path: field }) =>
      containerWarnings(container, field),
    ),
    ...portWarnings(spec, specPath),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [
          `${specPath}.terminationGracePeriodSeconds: must be >= 0; ` +
            'negative values are invalid and will be treated as 1',
        ]
      : []),
    ...affinityWarnings(spec.affinity?.podAffinity, `${specPath}.affinity.podAffinity`),
    ...affinityWarnings(spec.affinity?.podAntiAffinity, `${specPath}.affinity.podAntiAffinity`),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((server, index) =>
      ipWarnings(server, `${specPath}.dnsConfig.nameservers[${index}]`),
    ),
    ...(spec.hostAliases ?? []).flatMap(({ ip = '' }, index) =>
      ipWarnings(ip, `${specPath}.hostAliases[${index}].ip`),
    ),
  ];
}

function nodeLabelWarnings(spec: DraftPodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {}).sort()) {
    const why = DEPRECATED_LABELS[key];
    if (why !== undefined) warnings.push(`${path}.nodeSelector[${key}]: ${why}`);
  }
  const affinity = spec.affinity?.nodeAffinity;
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  (affinity?.[required]?.nodeSelectorTerms ?? []).forEach((term, index) => {
    const field = `${path}.affinity.nodeAffinity.${required}.nodeSelectorTerms[${index}]`;
    warnings.push(...nodeTermWarnings(term, false, field));
  });
  (affinity?.[preferred] ?? []).forEach(({ preference = {} }, index) => {
    const field = `${path}.affinity.nodeAffinity.${preferred}[${index}].preference`;
    warnings.push(...nodeTermWarnings(preference, true, field));
  });
  return warnings;
}

/** Deprecated labels in a term; of preferred terms also values that no label can have. */
export function nodeTermWarnings(
  term: DraftNodeTerm,
  checkValues: boolean,
  path: string,
): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key = '', values = [] }, index) => {
    const field = `${path}.matchExpressions[${index}]`;
    const why = DEPRECATED_LABELS[key];
    const warnings = why === undefined ? [] : [`${field}.key: ${key} is ${why}`];
    if (!checkValues) return warnings;
    values.forEach((value, valueIndex) => {
      for (const message of isLabelValue(value)) {
        warnings.push(`${field}.values[${valueIndex}]: ${value} is invalid, ${message}`);
      }
    });
    return warnings;
  });
}

function spreadWarnings(spec: DraftPodSpec, path: string): string[] {
  return (spec.topologySpreadConstraints ?? []).flatMap((constraint, index) => {
    const { topologyKey = '', labelSelector } = constraint;
    const field = `${path}.topologySpreadConstraints[${index}]`;
    const why = DEPRECATED_LABELS[topologyKey];
    return [
      ...(why === undefined ? [] : [`${field}.topologyKey: ${topologyKey} is ${why}`]),
      ...(labelSelector ? [] : [`${field}.labelSelector: ${NULL_SELECTOR}`]),
    ];
  });
}

function affinityWarnings(affinity: DraftPodAffinity | undefined, path: string): string[] {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const warnings: string[] = [];
  (affinity?.[required] ?? []).forEach(({ labelSelector }, index) => {
    if (labelSelector) return;
    warnings.push(`${path}.${required}[${index}].labelSelector: ${NULL_SELECTOR}`);
  });
  (affinity?.[preferred] ?? []).forEach(({ podAffinityTerm }, index) => {
    if (podAffinityTerm?.labelSelector) return;
    const field = `${path}.${preferred}[${index}].podAffinityTerm.labelSelector`;
    warnings.push(`${field}: ${NULL_SELECTOR}`);
  });
  return warnings;
}

function duplicateWarnings(spec: DraftPodSpec, path: string): string[] {
  const warnings: string[] = [];
  const addresses = new Set<string>();
  (spec.hostAliases ?? []).forEach(({ ip = '' }, index) => {
    if (addresses.has(ip)) warnings.push(`${path}.hostAliases[${index}].ip: duplicate ip "${ip}"`);
    addresses.add(ip);
  });
  const names = new Set<string>();
  const secrets = spec.imagePullSecrets ?? [];
  const field = (index: number): string => `${path}.imagePullSecrets[${index}].name`;
  secrets.forEach(({ name = '' }, index) => {
    if (names.has(name)) warnings.push(`${field(index)}: duplicate name "${name}"`);
    names.add(name);
  });
  secrets.forEach(({ name = '' }, index) => {
    if (name === '') warnings.push(`${field(index)}: invalid empty name ""`);
  });
  return warnings;
}

function fractionWarnings(list: DraftResourceList | undefined, path: string): string[] {
  return ['memory', 'ephemeral-storage'].flatMap((name) => {
    const value = list?.[name];
    if (value === undefined || !isQuantity(value)) return [];
    if (parseQuantity(value).nanos % NANO === 0n) return [];
    const text = canonicalQuantity(value);
    return [`${path}[${name}]: fractional byte value "${text}" is invalid, must be an integer`];
  });
}

function containerWarnings(container: DraftContainer, path: string): string[] {
  const { limits, requests } = container.resources ?? {};
  const only = (list: DraftResourceList | undefined, name: string): DraftResourceList =>
    list?.[name] === undefined ? {} : { [name]: list[name] };
  const warnings = ['memory', 'ephemeral-storage'].flatMap((name) => [
    ...fractionWarnings(only(limits, name), `${path}.resources.limits`),
    ...fractionWarnings(only(requests, name), `${path}.resources.requests`),
  ]);
  const names = new Set<string>();
  (container.env ?? []).forEach(({ name = '', value = '', valueFrom }, index) => {
    const reference = `$(${name})`;
    const keeps = !valueFrom && value !== reference && value.includes(reference);
    if (names.has(name) && !keeps) {
      const why = `hides previous definition of "${name}", which may be dropped when using apply`;
      warnings.push(`${path}.env[${index}]: ${why}`);
    }
    names.add(name);
  });
  return warnings;
}

function portWarnings(spec: DraftPodSpec, path: string): string[] {
  const warnings: string[] = [];
  const byPort = new Map<string, { port: DraftPort; field: string }[]>();
  const byName = new Map<string, string>();
  const all = containersWithPaths(spec, path).flatMap(({ container, path: field }) =>
    (container.ports ?? []).map((port, index) => ({ port, field: `${field}.ports[${index}]` })),
  );
  for (const { port, field } of all) {
    const key = `${port.containerPort}/${port.protocol}`;
    const others = byPort.get(key) ?? [];
    for (const other of others) {
      const how = overlapOf(port, other.port);
      if (how !== undefined) warnings.push(`${field}: ${how} port definition with ${other.field}`);
    }
    byPort.set(key, [...others, { port, field }]);
  }
  for (const { port, field } of all) {
    if (!port.name) continue;
    const other = byName.get(port.name);
    if (other === undefined) byName.set(port.name, field);
    else {
      const why = `services and probes that select ports by name will use ${other}`;
      warnings.push(`${field}: duplicate port name "${port.name}" with ${other}, ${why}`);
    }
  }
  return warnings;
}

function overlapOf(a: DraftPort, b: DraftPort): string | undefined {
  const [hostA = 0, hostB = 0] = [a.hostPort, b.hostPort];
  const [ipA = '', ipB = ''] = [a.hostIP, b.hostIP];
  if (ipA === ipB && hostA === hostB) return 'duplicate';
  if (hostA === 0 || hostB === 0) return 'overlapping';
  return hostA === hostB && (ipA === '') !== (ipB === '') ? 'dangerously ambiguous' : undefined;
}
