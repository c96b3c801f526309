/** Endpoints (core/v1), deprecated since 1.33: addresses and ports of a Service in one object. */
import type { FieldError } from '../field-error';
import { required } from '../field-error';
import { isDns1123Label, isDns1123Subdomain, isPortNumber, validateObjectMeta } from '../names';
import { ageCell, kind } from './define';
import { invalidFor, oneOf, qualifiedNameErrors } from './fields/field-validation';
import { endpointIpErrors, ipErrors, ipWarnings } from './fields/ip-addresses';
import { mapSame, withFields } from './fields/structural-sharing';
import { PROTOCOLS } from './services/service-validation';

interface Address {
  readonly ip?: string;
  readonly hostname?: string;
  readonly nodeName?: string;
}

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

interface Subset {
  readonly addresses?: readonly Address[];
  readonly notReadyAddresses?: readonly Address[];
  readonly ports?: readonly Port[];
}

const subsetsOf = (object: unknown): readonly Subset[] =>
  (object as { subsets?: readonly Subset[] }).subsets ?? [];

const LISTED = 3;

export const endpointsKind = kind({
  apiVersion: 'v1',
  plural: 'endpoints',
  updateOrder: ['metadata', 'whole'],
  createOnUpdate: true,
  applyDefaults(draft) {
    if (draft['subsets'] === undefined) return;
    draft['subsets'] = mapSame(subsetsOf(draft), (subset) =>
      withFields(subset, {
        ports: mapSame(subset.ports, (port) =>
          withFields(port, { protocol: port.protocol || 'TCP' }),
        ),
      }),
    );
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...subsetsOf(draft).flatMap((subset, i) => subsetErrors(subset, `subsets[${i}]`)),
  ],
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  warnings: addressWarnings,
  updateWarnings: addressWarnings,
  cells: (object, context) => [
    object.metadata.name,
    endpointsCell(subsetsOf(object)),
    ageCell(object.metadata.creationTimestamp, context),
  ],
});

function addressWarnings(draft: object): string[] {
  return subsetsOf(draft).flatMap((subset, i) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
      (subset[list] ?? []).flatMap(({ ip = '' }, j) =>
        ipWarnings(ip, `subsets[${i}].${list}[${j}].ip`),
      ),
    ),
  );
}

function subsetErrors(subset: Subset, path: string): FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const isEmpty = addresses.length === 0 && notReadyAddresses.length === 0;
  return [
    ...(isEmpty ? [required(path, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addresses.flatMap((one, i) => addressErrors(one, `${path}.addresses[${i}]`)),
    ...notReadyAddresses.flatMap((one, i) => addressErrors(one, `${path}.notReadyAddresses[${i}]`)),
    ...ports.flatMap((port, i) => portErrors(port, ports.length > 1, `${path}.ports[${i}]`)),
  ];
}

const addressErrors = ({ ip = '', hostname, nodeName }: Address, path: string): FieldError[] => [
  ...ipErrors(ip, `${path}.ip`),
  ...(hostname ? invalidFor(`${path}.hostname`, hostname, isDns1123Label(hostname)) : []),
  ...(nodeName !== undefined
    ? invalidFor(`${path}.nodeName`, nodeName, isDns1123Subdomain(nodeName))
    : []),
  ...endpointIpErrors(ip, `${path}.ip`),
];

function portErrors(port: Port, needsName: boolean, path: string): FieldError[] {
  const { name = '', port: number = 0, protocol = '', appProtocol } = port;
  const errors: FieldError[] = [];
  if (name !== '') errors.push(...invalidFor(`${path}.name`, name, isDns1123Label(name)));
  else if (needsName) errors.push(required(`${path}.name`));
  errors.push(...invalidFor(`${path}.port`, number, isPortNumber(number)));
  if (protocol === '') errors.push(required(`${path}.protocol`));
  else errors.push(...oneOf(protocol, PROTOCOLS, `${path}.protocol`));
  if (appProtocol === undefined) return errors;
  return [...errors, ...qualifiedNameErrors(appProtocol, `${path}.appProtocol`)];
}

function endpointsCell(subsets: readonly Subset[]): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip = '' }) => ip)
      : ports.flatMap(({ port = 0 }) => addresses.map(({ ip = '' }) => hostPort(ip, port))),
  );
  const shown = all.slice(0, LISTED).join(',');
  return all.length > LISTED ? `${shown} + ${all.length - LISTED} more...` : shown;
}

const hostPort = (ip: string, port: number): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
