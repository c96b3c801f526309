/**
 * What resource claims ask for (resource.k8s.io/v1): devices by requests, constraints between them,
 * and configuration for their drivers.
 *
 * FIDELITY: expressions in CEL, capacities and the parameters of drivers are kept and not checked.
 */
import type { FieldError } from '../../field-error';
import { duplicate, invalid, notSupported, required } from '../../field-error';
import {
  dnsLabelErrors,
  dnsSubdomainErrors,
  qualifiedNameErrors,
} from '../fields/field-validation';
import { withFields } from '../fields/structural-sharing';
import { configErrors, selectorErrors, type DeviceConfig, type Selector } from './device-config';

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

/** One way to meet a request. */
interface Demand {
  readonly name?: string;
  readonly deviceClassName?: string;
  readonly selectors?: readonly Selector[];
  readonly allocationMode?: string;
  readonly count?: number;
  readonly adminAccess?: boolean;
  readonly tolerations?: readonly Toleration[];
  readonly capacity?: unknown;
}

interface DeviceRequest {
  readonly name?: string;
  readonly exactly?: Demand;
  readonly firstAvailable?: readonly Demand[];
}

interface Constraint {
  readonly requests?: readonly string[];
  readonly matchAttribute?: string;
  readonly distinctAttribute?: string;
}

interface ClaimConfig extends DeviceConfig {
  readonly requests?: readonly string[];
}

export interface ClaimSpec {
  readonly devices?: {
    readonly requests?: readonly DeviceRequest[] | null;
    readonly constraints?: readonly Constraint[];
    readonly config?: readonly ClaimConfig[];
  };
}

const MODES = ['All', 'ExactCount'];
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const ONE_OF = 'exactly one of `exactly` or `firstAvailable` is required';

/** One device of the class, unless it is said how many. */
export function defaultedClaimSpec(spec: ClaimSpec): ClaimSpec {
  const { devices = {} } = spec;
  const requests = (devices.requests ?? []).map((request) =>
    withFields(request, {
      ...(request.exactly ? { exactly: defaultedDemand(request.exactly) } : {}),
      ...(request.firstAvailable
        ? { firstAvailable: request.firstAvailable.map(defaultedDemand) }
        : {}),
    }),
  );
  return { ...spec, devices: { ...devices, requests: requests.length > 0 ? requests : null } };
}

function defaultedDemand(demand: Demand): Demand {
  const allocationMode = demand.allocationMode || 'ExactCount';
  const tolerations = demand.tolerations?.map((one) => ({
    ...one,
    operator: one.operator || 'Equal',
  }));
  return {
    ...demand,
    allocationMode,
    ...(allocationMode === 'ExactCount' && !demand.count ? { count: 1 } : {}),
    ...(tolerations === undefined ? {} : { tolerations }),
  };
}

export function claimSpecErrors({ devices = {} }: ClaimSpec, path: string): FieldError[] {
  const field = `${path}.devices`;
  const requests = devices.requests ?? [];
  const known = new Set(requests.flatMap(namesOf));
  const errors = requests.flatMap((request, i) =>
    requestErrors(request, `${field}.requests[${i}]`),
  );
  errors.push(...repeated(requests, `${field}.requests`));
  (devices.constraints ?? []).forEach((constraint, i) =>
    errors.push(...constraintErrors(constraint, known, `${field}.constraints[${i}]`)),
  );
  (devices.config ?? []).forEach((config, i) => {
    const place = `${field}.config[${i}]`;
    errors.push(...referenceErrors(config.requests ?? [], known, `${place}.requests`));
    errors.push(...configErrors(config, place));
  });
  return errors;
}

/** A request by its name, and each of its subrequests with it. */
const namesOf = ({ name = '', firstAvailable = [] }: DeviceRequest): string[] => [
  name,
  ...firstAvailable.map((one) => `${name}/${one.name ?? ''}`),
];

const repeated = (list: readonly { readonly name?: string }[], field: string): FieldError[] =>
  list.flatMap(({ name }, i) =>
    list.findIndex((other) => other.name === name) < i ? [duplicate(`${field}[${i}]`, name)] : [],
  );

function requestErrors(request: DeviceRequest, path: string): FieldError[] {
  const { name = '', exactly, firstAvailable = [] } = request;
  const errors = dnsLabelErrors(name, `${path}.name`);
  const isFirst = firstAvailable.length > 0;
  if (!exactly && !isFirst) return [...errors, required(path, ONE_OF)];
  if (exactly && isFirst) {
    return [...errors, invalid(path, null, `${ONE_OF}, but multiple fields are set`)];
  }
  if (exactly) return [...errors, ...demandErrors(exactly, `${path}.exactly`)];
  firstAvailable.forEach((one, i) => {
    const field = `${path}.firstAvailable[${i}]`;
    errors.push(...dnsLabelErrors(one.name ?? '', `${field}.name`), ...demandErrors(one, field));
  });
  return [...errors, ...repeated(firstAvailable, `${path}.firstAvailable`)];
}

function demandErrors(demand: Demand, path: string): FieldError[] {
  const { deviceClassName = '', allocationMode = '', count = 0 } = demand;
  const errors =
    deviceClassName === ''
      ? [required(`${path}.deviceClassName`)]
      : dnsSubdomainErrors(deviceClassName, `${path}.deviceClassName`);
  errors.push(...selectorErrors(demand.selectors ?? [], `${path}.selectors`));
  if (allocationMode === 'All' && count !== 0) {
    const why = "must not be specified when allocationMode is 'All'";
    errors.push(invalid(`${path}.count`, count, why));
  } else if (allocationMode === 'ExactCount' && count <= 0) {
    errors.push(invalid(`${path}.count`, count, 'must be greater than zero'));
  } else if (!MODES.includes(allocationMode)) {
    errors.push(notSupported(`${path}.allocationMode`, allocationMode, MODES));
  }
  (demand.tolerations ?? []).forEach((toleration, i) =>
    errors.push(...tolerationErrors(toleration, `${path}.tolerations[${i}]`)),
  );
  return errors;
}

function tolerationErrors(toleration: Toleration, path: string): FieldError[] {
  const { key = '', operator = '', value = '', effect = '' } = toleration;
  const errors = key === '' ? [] : qualifiedNameErrors(key, `${path}.key`);
  if (operator === 'Exists') {
    if (value !== '') {
      errors.push(invalid(`${path}.value`, value, 'must be empty for operator `Exists`'));
    }
  } else if (operator !== 'Equal') {
    errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
  }
  if (effect !== '' && !EFFECTS.includes(effect)) {
    errors.push(notSupported(`${path}.effect`, effect, EFFECTS));
  }
  return errors;
}

function constraintErrors(
  constraint: Constraint,
  known: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const { matchAttribute, distinctAttribute } = constraint;
  const errors = referenceErrors(constraint.requests ?? [], known, `${path}.requests`);
  if (matchAttribute !== undefined) {
    return [...errors, ...attributeErrors(matchAttribute, `${path}.matchAttribute`)];
  }
  if (distinctAttribute !== undefined) {
    return [...errors, ...attributeErrors(distinctAttribute, `${path}.distinctAttribute`)];
  }
  const why =
    'exactly one of "matchAttribute" or "distinctAttribute" is required, ' +
    'but multiple fields are set';
  return [...errors, required(path, why)];
}

function attributeErrors(name: string, field: string): FieldError[] {
  if (name.includes('/')) return [];
  return [
    invalid(field, name, 'a fully qualified name must be a domain and a name separated by a slash'),
  ];
}

function referenceErrors(
  names: readonly string[],
  known: ReadonlySet<string>,
  field: string,
): FieldError[] {
  const why =
    'must be the name of a request in the claim or the name of a request and a subrequest ' +
    "separated by '/'";
  return names.flatMap((name, i) => [
    ...(known.has(name) ? [] : [invalid(`${field}[${i}]`, name, why)]),
    ...(names.indexOf(name) < i ? [duplicate(`${field}[${i}]`, name)] : []),
  ]);
}

/** The spec as Go prints it. */
export function printableClaimSpec({ devices = {} }: ClaimSpec): unknown {
  const demand = (one: Demand): object => ({
    DeviceClassName: one.deviceClassName ?? '',
    Selectors: one.selectors ?? null,
    AllocationMode: one.allocationMode ?? '',
    Count: one.count ?? 0,
    AdminAccess: one.adminAccess ?? null,
    Tolerations: one.tolerations ?? null,
    Capacity: one.capacity ?? null,
  });
  const requests = devices.requests?.map(({ name = '', exactly, firstAvailable }) => ({
    Name: name,
    Exactly: exactly ? demand(exactly) : null,
    FirstAvailable:
      firstAvailable?.map((one) => ({ Name: one.name ?? '', ...demand(one) })) ?? null,
  }));
  return {
    Devices: {
      Requests: requests ?? [],
      Constraints: devices.constraints ?? null,
      Config: devices.config ?? null,
    },
  };
}
