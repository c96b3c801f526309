/** Node (core/v1): a machine with its taints, address ranges, capacity and conditions. */
import type { FieldError } from '../field-error';
import { duplicate, forbidden, invalid } from '../field-error';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject, StringMap } from '../object';
import { ageCell, kind } from './define';
import { sameTexts } from './fields/field-validation';
import { cidrErrors, cidrWarnings, parseCidr } from './fields/ip-addresses';
import { defaultedResourceList } from './fields/resource-list';
import { resourceAmountErrors } from './fields/resource-names';
import { nodeTaintErrors } from './node-taints';
import type { DraftTaint } from './node-taints';

interface NodeSpec {
  readonly podCIDR?: string;
  readonly podCIDRs?: readonly string[];
  readonly providerID?: string;
  readonly externalID?: string;
  readonly configSource?: unknown;
  readonly unschedulable?: boolean;
  readonly taints?: readonly DraftTaint[];
}

interface NodeStatus {
  readonly capacity?: StringMap;
  readonly allocatable?: StringMap;
  readonly addresses?: readonly { readonly type?: string; readonly address?: string }[];
  readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
  readonly nodeInfo?: StringMap;
  readonly daemonEndpoints?: unknown;
}

const specOf = (object: unknown): NodeSpec => (object as { spec?: NodeSpec }).spec ?? {};
const statusOf = (object: unknown): NodeStatus => (object as { status?: NodeStatus }).status ?? {};

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

/** A node's facts as they are stored before its kubelet has told them. */
const NO_INFO: StringMap = {
  architecture: '',
  bootID: '',
  containerRuntimeVersion: '',
  kernelVersion: '',
  kubeProxyVersion: '',
  kubeletVersion: '',
  machineID: '',
  operatingSystem: '',
  osImage: '',
  systemUUID: '',
};

export const nodeKind = kind({
  apiVersion: 'v1',
  plural: 'nodes',
  updateOrder: ['whole', 'metadata', 'changes', 'rules'],
  applyDefaults(draft) {
    const spec = specOf(draft);
    if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) {
      draft['spec'] = { ...spec, podCIDRs: [spec.podCIDR] };
    } else if (!spec.podCIDR && spec.podCIDRs?.length) {
      draft['spec'] = { ...spec, podCIDR: spec.podCIDRs[0] };
    } else {
      draft['spec'] ??= {};
    }
    draft['status'] = defaultedStatus(statusOf(draft));
  },
  validate(draft) {
    const { taints = [], podCIDRs = [] } = specOf(draft);
    return [
      ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
      ...nodeTaintErrors(taints, 'metadata.taints'),
      ...amountErrors(statusOf(draft)),
      ...rangeErrors(podCIDRs),
    ];
  },
  prepareForCreate(draft) {
    // Kubelets no longer read their configuration from the API.
    const { configSource: _gone, ...spec } = specOf(draft);
    draft['spec'] = spec;
  },
  prepareForUpdate(draft, old) {
    if (specOf(old).configSource !== undefined) return;
    const { configSource: _gone, ...spec } = specOf(draft);
    draft['spec'] = spec;
  },
  warnings: nodeWarnings,
  updateWarnings: nodeWarnings,
  validateUpdate: updateErrors,
  validateStatusUpdate: (draft) => [
    ...amountErrors(statusOf(draft)),
    ...addressErrors(statusOf(draft)),
  ],
  selectableFields: {
    'spec.unschedulable': (object) => String(specOf(object).unschedulable ?? false),
  },
  cells(object, context) {
    const status = statusOf(object);
    const info = status.nodeInfo ?? NO_INFO;
    const address = (type: string): string =>
      status.addresses?.find((one) => one.type === type)?.address ?? '<none>';
    const architecture = info['architecture'] ? ` (${info['architecture']})` : '';
    return [
      object.metadata.name,
      statusCell(object),
      rolesCell(object),
      ageCell(object.metadata.creationTimestamp, context),
      info['kubeletVersion'] ?? '',
      address('InternalIP'),
      address('ExternalIP'),
      info['osImage'] || '<unknown>',
      `${info['kernelVersion'] || '<unknown>'}${architecture}`,
      info['containerRuntimeVersion'] || '<unknown>',
    ];
  },
});

function nodeWarnings(draft: object): string[] {
  const { externalID, podCIDRs = [] } = specOf(draft);
  return [
    ...(externalID
      ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes']
      : []),
    ...podCIDRs.flatMap((range, index) => cidrWarnings(range, `spec.podCIDRs[${index}]`)),
  ];
}

function defaultedStatus(status: NodeStatus): NodeStatus {
  const capacity = status.capacity && defaultedResourceList(status.capacity);
  const allocatable = status.allocatable && defaultedResourceList(status.allocatable);
  const isComplete =
    status.nodeInfo !== undefined &&
    status.daemonEndpoints !== undefined &&
    capacity === status.capacity &&
    allocatable === status.allocatable &&
    (allocatable !== undefined || capacity === undefined);
  if (isComplete) return status;
  return {
    ...status,
    ...(capacity ? { capacity: capacity as StringMap } : {}),
    ...(capacity || allocatable ? { allocatable: (allocatable ?? capacity) as StringMap } : {}),
    nodeInfo: { ...NO_INFO, ...status.nodeInfo },
    daemonEndpoints: status.daemonEndpoints ?? { kubeletEndpoint: { Port: 0 } },
  };
}

function updateErrors(draft: unknown, old: KubeObject): FieldError[] {
  const spec = specOf(draft);
  const before = specOf(old);
  const errors: FieldError[] = [];
  const onceSet = (what: string): string =>
    `node updates may not change ${what} except from "" to valid`;
  if (before.podCIDRs?.length && !sameTexts(before.podCIDRs, spec.podCIDRs)) {
    errors.push(forbidden('spec.podCIDRs', onceSet('podCIDR')));
  }
  if (before.providerID && before.providerID !== spec.providerID) {
    errors.push(forbidden('spec.providerID', onceSet('providerID')));
  }
  if ((before.externalID ?? '') !== (spec.externalID ?? '')) {
    errors.push(forbidden('spec.externalID', 'may not be updated'));
  }
  return errors;
}

const amountErrors = (status: NodeStatus): FieldError[] =>
  (['capacity', 'allocatable'] as const).flatMap((list) =>
    Object.keys(status[list] ?? {})
      .sort()
      .flatMap((name) =>
        resourceAmountErrors(name, status[list]?.[name] ?? '0', `status.${list}.${name}`),
      ),
  );

function addressErrors({ addresses = [] }: NodeStatus): FieldError[] {
  const seen = new Set<string>();
  return addresses.flatMap(({ type = '', address = '' }, i) => {
    const key = `${type}/${address}`;
    const isTwice = seen.has(key);
    seen.add(key);
    const shown = { Type: type, Address: address };
    return isTwice ? [duplicate(`status.addresses[${i}]`, shown)] : [];
  });
}

function rangeErrors(ranges: readonly string[]): FieldError[] {
  const errors = ranges.flatMap((range, i) => cidrErrors(range, `spec.podCIDRs[${i}]`));
  const families = new Set(ranges.map((range) => parseCidr(range)?.address.family));
  const bad = ranges.findIndex((range) => parseCidr(range) === undefined);
  if (ranges.length > 1 && bad >= 0) {
    const why = `invalid CIDR[${bad}]: <nil> (invalid CIDR address: ${ranges[bad]})`;
    errors.push({
      type: 'InternalError',
      field: 'spec.podCIDRs',
      message: `Internal error: invalid PodCIDRs. failed to check with dual stack with error:${why}`,
    });
  }
  if (ranges.length > 1 && (bad >= 0 || families.size < 2 || ranges.length > 2)) {
    const why = 'may specify no more than one CIDR for each IP family';
    errors.push(invalid('spec.podCIDRs', ranges, why));
  }
  return errors;
}

function statusCell(object: KubeObject): string {
  const ready = statusOf(object).conditions?.find(({ type }) => type === 'Ready');
  const text = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return specOf(object).unschedulable ? `${text},SchedulingDisabled` : text;
}

function rolesCell({ metadata: { labels = {} } }: KubeObject): string {
  const roles = new Set<string>();
  for (const label in labels) {
    if (label.startsWith(ROLE_PREFIX)) roles.add(label.slice(ROLE_PREFIX.length));
    else if (label === ROLE_LABEL) roles.add(labels[label] ?? '');
  }
  roles.delete('');
  return [...roles].sort().join(',') || '<none>';
}
