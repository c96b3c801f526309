/** EndpointSlice (discovery.k8s.io/v1): up to a thousand endpoints of one Service. */
import { semanticEqual } from '../deep-equal';
import type { FieldError } from '../field-error';
import { duplicate, invalid, required, tooMany } from '../field-error';
import {
  isDns1123Label,
  isDns1123Subdomain,
  isLabelValue,
  validateLabels,
  validateObjectMeta,
} from '../names';
import type { Draft } from '../kind';
import type { StringMap } from '../object';
import { ageCell, kind } from './define';
import { immutableField, invalidFor, oneOf, qualifiedNameErrors } from './fields/field-validation';
import { canonicalIpErrors, endpointIpErrors, ipErrors, parseIp } from './fields/ip-addresses';
import { mapSame, withFields } from './fields/structural-sharing';
import { registryMetadataErrors } from './workloads/workload-metadata';
import { PROTOCOLS } from './services/service-validation';

interface Endpoint {
  readonly addresses?: readonly string[];
  readonly conditions?: Readonly<Record<string, unknown>>;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly deprecatedTopology?: StringMap;
  readonly hints?: {
    readonly forZones?: readonly { readonly name?: string }[];
    readonly forNodes?: readonly { readonly name?: string }[];
  };
}

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

interface Slice {
  readonly addressType?: string;
  readonly endpoints?: readonly Endpoint[] | null;
  readonly ports?: readonly Port[] | null;
}

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const ADDRESSES_MAX = 100;
const PORTS_MAX = 20_000;
const ENDPOINTS_MAX = 1000;
const TOPOLOGY_MAX = 16;
const HINTS_MAX = 8;
const LISTED = 3;

export const endpointSliceKind = kind({
  apiVersion: 'discovery.k8s.io/v1',
  plural: 'endpointslices',
  generation: 'content-and-labels',
  applyDefaults(draft) {
    const { ports, endpoints } = draft as Slice;
    // What is stored knows no difference between no list and an empty one.
    draft['ports'] = ports?.length
      ? mapSame(ports, (port) =>
          withFields(port, { name: port.name ?? '', protocol: port.protocol ?? 'TCP' }),
        )
      : null;
    draft['endpoints'] = endpoints?.length
      ? mapSame(endpoints, (endpoint) =>
          withFields(endpoint, { conditions: endpoint.conditions ?? {} }),
        )
      : null;
  },
  prepareForCreate(draft) {
    // Only slices of the beta version carry it.
    const { endpoints } = draft as Slice;
    if (!endpoints) return;
    draft['endpoints'] = mapSame(endpoints, (endpoint) => {
      if (!('deprecatedTopology' in endpoint)) return endpoint;
      const { deprecatedTopology: _gone, ...rest } = endpoint as { deprecatedTopology: unknown };
      return rest;
    });
  },
  validate: (draft) => sliceErrors(draft),
  validateWholeUpdate(draft, old) {
    const { addressType = '' } = draft as Slice;
    return [
      ...registryMetadataErrors(draft, old),
      ...sliceErrors(draft, old as Slice),
      ...immutableField(addressType, (old as Slice).addressType, 'addressType'),
    ];
  },
  cells(object, context) {
    const { addressType = '', endpoints, ports } = object as Slice;
    const addresses = (endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? []);
    return [
      object.metadata.name,
      addressType,
      listCell((ports ?? []).map(({ port, name }) => String(port ?? name ?? '*'))),
      listCell(addresses),
      ageCell(object.metadata.creationTimestamp, context),
    ];
  },
});

/** Endpoints that were there before are not looked at again. */
function sliceErrors(draft: Draft, old?: Slice): FieldError[] {
  const { addressType = '', endpoints, ports } = draft as Slice;
  const isKept = old !== undefined && semanticEqual(endpoints, old.endpoints);
  return [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...(addressType === ''
      ? [required('addressType')]
      : oneOf(addressType, ADDRESS_TYPES, 'addressType')),
    ...portErrors(ports ?? []),
    ...(isKept ? [] : endpointErrors(endpoints ?? [], addressType)),
  ];
}

function listCell(texts: readonly string[]): string {
  const shown = texts.slice(0, LISTED).join(',');
  if (texts.length > LISTED) return `${shown} + ${texts.length - LISTED} more...`;
  return shown || '<unset>';
}

function portErrors(ports: readonly Port[]): FieldError[] {
  if (ports.length > PORTS_MAX) return [tooMany('ports', ports.length, PORTS_MAX)];
  const names = new Set<string>();
  return ports.flatMap(({ name = '', protocol, appProtocol }, i) => {
    const path = `ports[${i}]`;
    const errors = name === '' ? [] : invalidFor(`${path}.name`, name, isDns1123Label(name));
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    if (protocol === undefined) errors.push(required(`${path}.protocol`));
    else errors.push(...oneOf(protocol, PROTOCOLS, `${path}.protocol`));
    if (appProtocol === undefined) return errors;
    return [...errors, ...qualifiedNameErrors(appProtocol, `${path}.appProtocol`)];
  });
}

function endpointErrors(endpoints: readonly Endpoint[], type: string): FieldError[] {
  if (endpoints.length > ENDPOINTS_MAX) {
    return [tooMany('endpoints', endpoints.length, ENDPOINTS_MAX)];
  }
  return endpoints.flatMap((endpoint, i) => {
    const path = `endpoints[${i}]`;
    const { nodeName, hostname, deprecatedTopology: topology, hints } = endpoint;
    const errors = addressErrors(endpoint.addresses ?? [], type, `${path}.addresses`);
    if (nodeName !== undefined) {
      errors.push(...invalidFor(`${path}.nodeName`, nodeName, isDns1123Subdomain(nodeName)));
    }
    const topologySize = Object.keys(topology ?? {}).length;
    if (topologySize > TOPOLOGY_MAX) {
      errors.push(tooMany(`${path}.deprecatedTopology`, topologySize, TOPOLOGY_MAX));
    }
    errors.push(...validateLabels(topology, `${path}.deprecatedTopology`));
    if (hostname !== undefined) {
      errors.push(...invalidFor(`${path}.hostname`, hostname, isDns1123Label(hostname)));
    }
    return hints === undefined ? errors : [...errors, ...hintErrors(hints, `${path}.hints`)];
  });
}

function addressErrors(addresses: readonly string[], type: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(path, 'must contain at least 1 address'));
  if (addresses.length > ADDRESSES_MAX) {
    errors.push(tooMany(path, addresses.length, ADDRESSES_MAX));
  }
  addresses.forEach((address, i) => {
    const field = `${path}[${i}]`;
    if (type === 'FQDN') {
      errors.push(...domainErrors(address, field));
      return;
    }
    if (type !== 'IPv4' && type !== 'IPv6') return;
    const own = (type === 'IPv4' ? ipErrors : canonicalIpErrors)(address, field);
    errors.push(...own);
    if (own.length > 0) return;
    if (parseIp(address)?.family !== type) {
      errors.push(invalid(path, address, `must be an ${type} address`));
    }
    errors.push(...endpointIpErrors(address, field));
  });
  return errors;
}

/** A fully qualified domain name: two labels at least. */
function domainErrors(name: string, field: string): FieldError[] {
  if (name === '') return [required(field)];
  const bare = name.replace(/\.$/, '');
  const errors = invalidFor(field, bare, isDns1123Subdomain(bare));
  if (errors.length > 0) return errors;
  const labels = bare.split('.');
  if (labels.length < 2) {
    return [
      invalid(field, bare, 'should be a domain with at least two segments separated by dots'),
    ];
  }
  return labels.flatMap((label) => invalidFor(field, label, isDns1123Label(label)));
}

function hintErrors(hints: NonNullable<Endpoint['hints']>, path: string): FieldError[] {
  const zones = (hints.forZones ?? []).map(({ name = '' }) => name);
  const nodes = (hints.forNodes ?? []).map(({ name = '' }) => name);
  const named = (
    names: readonly string[],
    list: string,
    check: (name: string) => string[],
  ): FieldError[] =>
    names.flatMap((name, i) => {
      const field = `${path}.${list}[${i}].name`;
      const isTwice = names.indexOf(name) < i;
      return [
        ...(isTwice ? [duplicate(field, name)] : []),
        ...invalidFor(field, name, check(name)),
      ];
    });
  if (zones.length > HINTS_MAX) return [tooMany(`${path}.forZones`, zones.length, HINTS_MAX)];
  const errors = named(zones, 'forZones', isLabelValue);
  if (nodes.length > HINTS_MAX) {
    return [...errors, tooMany(`${path}.forNodes`, nodes.length, HINTS_MAX)];
  }
  return [...errors, ...named(nodes, 'forNodes', isDns1123Subdomain)];
}
