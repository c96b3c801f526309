/**
 * CSIDriver, CSINode and CSIStorageCapacity (storage.k8s.io/v1): what storage drivers say of
 * themselves, of a node, and of the space that is left.
 */
import { semanticEqual } from '../deep-equal';
import type { FieldError } from '../field-error';
import { duplicate, invalid, required } from '../field-error';
import type { LabelSelector } from '../label-selector';
import { validateLabelSelector } from '../label-selector';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import { ageCell, kind } from './define';
import {
  dnsSubdomainErrors,
  immutableField,
  nonNegativeNumber,
  nonNegativeQuantity,
  notSupportedInOrder,
  oneOf,
  qualifiedNameErrors,
} from './fields/field-validation';
import { DEPRECATED_LABELS, nodeTermWarnings } from './pods/pod-warnings';
import { csiDriverNameErrors } from './volumes/persistent-volume-sources';

const API_VERSION = 'storage.k8s.io/v1';
const LIFECYCLES = ['Persistent', 'Ephemeral'];
const FS_GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const TOKEN_SECONDS_MIN = 600;
const TOKEN_SECONDS_MAX = 2 ** 32;
const UPDATE_SECONDS_MIN = 10;
const NODE_ID_MAX = 256;

interface DriverSpec {
  readonly attachRequired?: boolean;
  readonly podInfoOnMount?: boolean;
  readonly storageCapacity?: boolean;
  readonly requiresRepublish?: boolean;
  readonly seLinuxMount?: boolean;
  readonly fsGroupPolicy?: string;
  readonly volumeLifecycleModes?: readonly string[];
  readonly tokenRequests?: readonly {
    readonly audience?: string;
    readonly expirationSeconds?: number;
  }[];
  readonly nodeAllocatableUpdatePeriodSeconds?: number;
  readonly serviceAccountTokenInSecrets?: boolean;
}

interface NodeDriver {
  readonly name?: string;
  readonly nodeID?: string;
  readonly topologyKeys?: readonly string[] | null;
  readonly allocatable?: { readonly count?: number };
}

const driverOf = (object: unknown): DriverSpec => (object as { spec?: DriverSpec }).spec ?? {};
const driversOf = (object: unknown): readonly NodeDriver[] =>
  (object as { spec?: { drivers?: readonly NodeDriver[] | null } }).spec?.drivers ?? [];

export const csiDriverKind = kind({
  apiVersion: API_VERSION,
  plural: 'csidrivers',
  updateOrder: ['metadata', 'rules', 'changes'],
  unconditionalUpdate: false,
  generation: 'spec-once-changed',
  applyDefaults(draft) {
    const spec = driverOf(draft);
    draft['spec'] = {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      requiresRepublish: false,
      seLinuxMount: false,
      ...spec,
      volumeLifecycleModes: spec.volumeLifecycleModes?.length
        ? spec.volumeLifecycleModes
        : ['Persistent'],
    };
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
    ...driverErrors(driverOf(draft)),
  ],
  validateUpdate(draft, old) {
    const now = driverOf(draft);
    const before = driverOf(old);
    return [
      ...immutableField(now.attachRequired, before.attachRequired, 'spec.attachedRequired'),
      ...immutableField(
        now.volumeLifecycleModes,
        before.volumeLifecycleModes,
        'spec.volumeLifecycleModes',
      ),
    ];
  },
  warnings: (draft) => tokenWarnings(driverOf(draft)),
  updateWarnings: (draft, old) =>
    semanticEqual(driverOf(draft).tokenRequests, driverOf(old).tokenRequests)
      ? []
      : tokenWarnings(driverOf(draft)),
  cells(object, context) {
    const spec = driverOf(object);
    return [
      object.metadata.name,
      spec.attachRequired ?? true,
      spec.podInfoOnMount ?? false,
      spec.storageCapacity ?? false,
      spec.tokenRequests?.map(({ audience = '' }) => audience).join(',') ?? '<unset>',
      spec.requiresRepublish ?? false,
      spec.volumeLifecycleModes?.join(',') || '<none>',
      ageCell(object.metadata.creationTimestamp, context),
    ];
  },
});

export const csiNodeKind = kind({
  apiVersion: API_VERSION,
  plural: 'csinodes',
  updateOrder: ['whole', 'changes'],
  unconditionalUpdate: false,
  applyDefaults(draft) {
    const drivers = driversOf(draft).map((driver) => ({
      ...driver,
      topologyKeys: driver.topologyKeys ?? null,
    }));
    draft['spec'] = { drivers: drivers.length > 0 ? drivers : null };
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
    ...driversOf(draft).flatMap((driver, i) => nodeDriverErrors(driver, i, driversOf(draft))),
  ],
  validateUpdate: (draft, old) =>
    driversOf(old).flatMap((before) =>
      driversOf(draft)
        .filter(({ name }) => name === before.name)
        .flatMap((now) =>
          immutableField(printableDriver(now), printableDriver(before), 'spec.drivers'),
        ),
    ),
  cells: (object, context) => [
    object.metadata.name,
    driversOf(object).length,
    ageCell(object.metadata.creationTimestamp, context),
  ],
});

export const csiStorageCapacityKind = kind({
  apiVersion: API_VERSION,
  plural: 'csistoragecapacities',
  updateOrder: ['whole', 'metadata', 'changes'],
  unconditionalUpdate: false,
  validate(draft) {
    const topology = draft['nodeTopology'] as LabelSelector | undefined;
    const capacity = draft['capacity'] as string | undefined;
    return [
      ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
      ...validateLabelSelector(topology, 'nodeTopology'),
      ...dnsSubdomainErrors(String(draft['storageClassName'] ?? ''), 'storageClassName'),
      ...(capacity === undefined ? [] : nonNegativeQuantity(capacity, 'capacity')),
    ];
  },
  warnings: capacityWarnings,
  updateWarnings: capacityWarnings,
  validateUpdate: (draft, old) =>
    ['nodeTopology', 'storageClassName'].flatMap((field) =>
      immutableField(draft[field], (old as unknown as Record<string, unknown>)[field], field),
    ),
  cells: (object) => [object.metadata.name, object.metadata.creationTimestamp],
});

function capacityWarnings(draft: object): string[] {
  const { nodeTopology } = draft as { nodeTopology?: LabelSelector };
  const { matchExpressions = [], matchLabels = {} } = nodeTopology ?? {};
  const labels = Object.keys(matchLabels).flatMap((label) => {
    const why = DEPRECATED_LABELS[label];
    return why === undefined ? [] : [`nodeTopology.matchLabels.${label}: ${why}`];
  });
  return [...nodeTermWarnings({ matchExpressions }, false, 'nodeTopology'), ...labels];
}

/** Drivers that get tokens should say that these are to be kept out of volume attributes. */
function tokenWarnings(spec: DriverSpec): string[] {
  if (!spec.tokenRequests?.length || spec.serviceAccountTokenInSecrets !== undefined) return [];
  return [
    'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to ' +
      'prevent possible logging of tokens in volume attributes',
  ];
}

/** What may not change of a driver at a node, as Go prints it. */
const printableDriver = ({ name = '', nodeID = '', topologyKeys }: NodeDriver): unknown => ({
  Name: name,
  NodeID: nodeID,
  TopologyKeys: topologyKeys ?? null,
  Allocatable: null,
});

function driverErrors(spec: DriverSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.fsGroupPolicy !== undefined) {
    errors.push(...oneOf(spec.fsGroupPolicy, FS_GROUP_POLICIES, 'spec.fsGroupPolicy'));
  }
  const requests = spec.tokenRequests ?? [];
  const audiences = requests.map(({ audience = '' }) => audience);
  requests.forEach(({ audience = '', expirationSeconds: seconds }, i) => {
    const path = `spec.tokenRequests[${i}]`;
    const field = `${path}.expirationSeconds`;
    if (audiences.indexOf(audience) < i) errors.push(duplicate(`${path}.audience`, audience));
    else if (seconds !== undefined && seconds < TOKEN_SECONDS_MIN) {
      errors.push(invalid(field, seconds, 'may not specify a duration less than 10 minutes'));
    } else if (seconds !== undefined && seconds > TOKEN_SECONDS_MAX) {
      errors.push(invalid(field, seconds, 'may not specify a duration larger than 2^32 seconds'));
    }
  });
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (LIFECYCLES.includes(mode)) continue;
    errors.push(notSupportedInOrder('spec.volumeLifecycleModes', mode, LIFECYCLES));
  }
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < UPDATE_SECONDS_MIN) {
    const why = `must be greater than or equal to ${UPDATE_SECONDS_MIN} seconds`;
    errors.push(invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, why));
  }
  const inSecrets = spec.serviceAccountTokenInSecrets;
  if (inSecrets === undefined || requests.length > 0) return errors;
  const why = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
  return [...errors, invalid('spec.serviceAccountTokenInSecrets', inSecrets, why)];
}

function nodeDriverErrors(
  { name = '', nodeID = '', topologyKeys, allocatable }: NodeDriver,
  index: number,
  drivers: readonly NodeDriver[],
): FieldError[] {
  const path = `spec.drivers[${index}]`;
  const errors = csiDriverNameErrors(name, `${path}.name`);
  if (nodeID === '') errors.push(required(`${path}.nodeID`));
  if (nodeID.length > NODE_ID_MAX) {
    errors.push(invalid(`${path}.nodeID`, nodeID, `must be ${NODE_ID_MAX} characters or less`));
  }
  errors.push(...nonNegativeNumber(allocatable?.count, `${path}.allocatable.count`));
  if (drivers.findIndex((driver) => (driver.name ?? '') === name) < index) {
    errors.push(duplicate(`${path}.name`, name));
  }
  const keys = topologyKeys ?? [];
  keys.forEach((key, i) => {
    if (key === '') errors.push(required(path));
    if (keys.indexOf(key) < i) errors.push(duplicate(path, key));
    errors.push(...qualifiedNameErrors(key, path));
  });
  return errors;
}
