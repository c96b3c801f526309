/**
 * ResourceClaim, ResourceClaimTemplate, DeviceClass and ResourceSlice (resource.k8s.io/v1): devices
 * that pods ask for, and those that drivers offer. Nothing here allocates them.
 */
import { deepEqual } from '../../deep-equal';
import type { FieldError } from '../../field-error';
import { duplicate, forbidden, invalid, required } from '../../field-error';
import type { Draft, KindDefinition } from '../../kind';
import { isDns1123Subdomain, validateLabels, validateObjectMeta } from '../../names';
import type { StringMap } from '../../object';
import { kind } from '../define';
import { dnsLabelErrors, dnsSubdomainErrors, immutableField } from '../fields/field-validation';
import { plainCells } from '../plain-cells';
import {
  claimSpecErrors,
  defaultedClaimSpec,
  printableClaimSpec,
  type ClaimSpec,
} from './claim-spec';
import { configErrors, selectorErrors, type DeviceConfig, type Selector } from './device-config';

const API_VERSION = 'resource.k8s.io/v1';
const IMMUTABLE = 'field is immutable';

interface Template {
  readonly metadata?: { readonly labels?: StringMap; readonly annotations?: StringMap };
  readonly spec?: ClaimSpec;
}

interface Slice {
  readonly driver?: string;
  readonly pool?: {
    readonly name?: string;
    readonly generation?: number;
    readonly resourceSliceCount?: number;
  };
  readonly nodeName?: string;
  readonly nodeSelector?: object;
  readonly allNodes?: boolean;
  readonly perDeviceNodeSelection?: boolean;
  readonly devices?: readonly { readonly name?: string }[];
}

const specOf = <T>(object: unknown): T => ((object as { spec?: T }).spec ?? {}) as T;
const metaErrors = (draft: Draft, namespaced: boolean): FieldError[] =>
  validateObjectMeta(draft.metadata, namespaced, isDns1123Subdomain);
const cellsOf = (plural: string): Partial<Pick<KindDefinition, 'cells'>> => {
  const cells = plainCells(plural);
  return cells === undefined ? {} : { cells };
};

export const resourceClaimKind = kind({
  apiVersion: API_VERSION,
  plural: 'resourceclaims',
  applyDefaults(draft) {
    draft['spec'] = defaultedClaimSpec(specOf<ClaimSpec>(draft));
    draft['status'] ??= {};
  },
  validate: (draft) => [
    ...metaErrors(draft, true),
    ...claimSpecErrors(specOf<ClaimSpec>(draft), 'spec'),
  ],
  validateUpdate(draft, old) {
    const spec = specOf<ClaimSpec>(draft);
    if (deepEqual(spec, specOf<ClaimSpec>(old))) return [];
    return [invalid('spec', printableClaimSpec(spec), IMMUTABLE)];
  },
  validateStatusUpdate(draft) {
    const { allocation, reservedFor } = (draft['status'] ?? {}) as {
      allocation?: object;
      reservedFor?: readonly object[];
    };
    if (allocation || !reservedFor?.length) return [];
    return [forbidden('status.reservedFor', 'may not be specified when `allocated` is not set')];
  },
  ...cellsOf('resourceclaims'),
});

export const resourceClaimTemplateKind = kind({
  apiVersion: API_VERSION,
  plural: 'resourceclaimtemplates',
  applyDefaults(draft) {
    const template = specOf<Template>(draft);
    const { metadata = {}, spec = {} } = template;
    draft['spec'] = { ...template, metadata, spec: defaultedClaimSpec(spec) };
  },
  validate(draft) {
    const { metadata = {}, spec = {} } = specOf<Template>(draft);
    return [
      ...metaErrors(draft, true),
      ...validateLabels(metadata.labels, 'spec.metadata.labels'),
      ...claimSpecErrors(spec, 'spec.spec'),
    ];
  },
  validateUpdate(draft, old) {
    const template = specOf<Template>(draft);
    if (deepEqual(template, specOf<Template>(old))) return [];
    const shown = { ...template.metadata, Spec: printableClaimSpec(template.spec ?? {}) };
    return [invalid('spec', shown, IMMUTABLE)];
  },
  ...cellsOf('resourceclaimtemplates'),
});

export const deviceClassKind = kind({
  apiVersion: API_VERSION,
  plural: 'deviceclasses',
  generation: 'content',
  validate(draft) {
    const { selectors = [], config = [] } = specOf<{
      selectors?: readonly Selector[];
      config?: readonly DeviceConfig[];
    }>(draft);
    return [
      ...metaErrors(draft, false),
      ...selectorErrors(selectors, 'spec.selectors'),
      ...config.flatMap((one, i) => configErrors(one, `spec.config[${i}]`)),
    ];
  },
  ...cellsOf('deviceclasses'),
});

const PLACES = ['nodeName', 'nodeSelector', 'allNodes', 'perDeviceNodeSelection'] as const;

export const resourceSliceKind = kind({
  apiVersion: API_VERSION,
  plural: 'resourceslices',
  generation: 'content',
  applyDefaults(draft) {
    const spec = specOf<Slice>(draft);
    if (spec.pool) draft['spec'] = { ...spec, pool: { generation: 0, ...spec.pool } };
  },
  validate: (draft) => [...metaErrors(draft, false), ...sliceErrors(specOf<Slice>(draft))],
  validateUpdate(draft, old) {
    const [now, was] = [specOf<Slice>(draft), specOf<Slice>(old)];
    return [
      ...immutableField(now.pool?.name, was.pool?.name, 'spec.pool.name'),
      ...immutableField(now.driver, was.driver, 'spec.driver'),
      ...immutableField(now.nodeName, was.nodeName, 'spec.nodeName'),
    ];
  },
  ...cellsOf('resourceslices'),
});

function sliceErrors(spec: Slice): FieldError[] {
  const { driver = '', nodeName, devices = [] } = spec;
  const { name = '', generation = 0, resourceSliceCount = 0 } = spec.pool ?? {};
  const errors =
    driver === '' ? [required('spec.driver')] : dnsSubdomainErrors(driver, 'spec.driver');
  if (name === '') errors.push(required('spec.pool.name'));
  else name.split('/').forEach((p) => errors.push(...dnsSubdomainErrors(p, 'spec.pool.name')));
  if (resourceSliceCount <= 0) {
    const why = 'must be greater than zero';
    errors.push(invalid('spec.pool.resourceSliceCount', resourceSliceCount, why));
  }
  if (generation < 0) {
    const why = 'must be greater than or equal to zero';
    errors.push(invalid('spec.pool.generation', generation, why));
  }
  const places = PLACES.filter((place) => spec[place]);
  const oneOf = `exactly one of ${PLACES.map((place) => `\`${place}\``).join(', ')} is required`;
  if (nodeName) errors.push(...dnsSubdomainErrors(nodeName, 'spec.nodeName'));
  if (places.length === 0) errors.push(required('spec', oneOf));
  if (places.length > 1) {
    const shown = `{${places.map((place) => `\`${place}\``).join(', ')}}`;
    errors.push(invalid('spec', shown, `${oneOf}, but multiple fields are set`));
  }
  devices.forEach((device, i) =>
    errors.push(...dnsLabelErrors(device.name ?? '', `spec.devices[${i}].name`)),
  );
  devices.forEach((device, i) => {
    if (devices.findIndex((other) => other.name === device.name) === i) return;
    errors.push(duplicate(`spec.devices[${i}]`, device.name));
  });
  return errors;
}

export const deviceKinds: readonly KindDefinition[] = [
  deviceClassKind,
  resourceClaimKind,
  resourceClaimTemplateKind,
  resourceSliceKind,
];
