/**
 * Validation of volume sources that other systems provide: cloud disks, network file systems,
 * drivers outside the tree. Nothing here mounts them; the rules are those of core's validation.
 */
import type { FieldError } from '../../field-error';
import { invalid, notSupported, required } from '../../field-error';
import { dnsLabelErrors } from '../fields/field-validation';
import { descendingPathErrors } from './file-paths';

type Source = Readonly<Record<string, unknown>>;
type SourceRule = (source: Source, field: string, volumeName: string) => FieldError[];

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Errors for each of the fields that is empty. */
const needs =
  (...names: string[]): SourceRule =>
  (source, field) =>
    names.filter((name) => text(source[name]) === '').map((name) => required(`${field}.${name}`));

const secretName = (source: Source, field: string): FieldError[] => {
  const ref = source.secretRef;
  if (typeof ref !== 'object' || ref === null || text((ref as Source).name) !== '') return [];
  return [required(`${field}.secretRef.name`)];
};

/** By the source's name in a volume. */
export const EXTERNAL_SOURCES: Readonly<Record<string, SourceRule | undefined>> = {
  gitRepo: (source, field) => [
    ...needs('repository')(source, field, ''),
    ...descendingPathErrors(text(source.directory), `${field}.directory`),
  ],
  gcePersistentDisk: (source, field) => diskErrors('pdName', source, field),
  awsElasticBlockStore: (source, field) => diskErrors('volumeID', source, field),
  iscsi: iscsiErrors,
  glusterfs: needs('endpoints', 'path'),
  flocker: flockerErrors,
  rbd: (source, field) => [
    ...(list(source.monitors).length === 0 ? [required(`${field}.monitors`)] : []),
    ...needs('image')(source, field, ''),
  ],
  cinder: (source, field) => [
    ...needs('volumeID')(source, field, ''),
    ...secretName(source, field),
  ],
  cephfs: (source, field) =>
    list(source.monitors).length === 0 ? [required(`${field}.monitors`)] : [],
  quobyte: quobyteErrors,
  fc: fibreChannelErrors,
  flexVolume: flexErrors,
  azureFile: needs('secretName', 'shareName'),
  vsphereVolume: needs('volumePath'),
  photonPersistentDisk: needs('pdID'),
  portworxVolume: needs('volumeID'),
  azureDisk: azureDiskErrors,
  storageos: storageOsErrors,
  scaleIO: needs('gateway', 'system', 'volumeName'),
};

function diskErrors(idField: string, source: Source, field: string): FieldError[] {
  const errors = needs(idField)(source, field, '');
  const partition = number(source.partition);
  if (partition < 0 || partition > 255) {
    errors.push(invalid(`${field}.partition`, partition, 'must be between 1 and 255, inclusive'));
  }
  return errors;
}

const INITIATORS: readonly (readonly [string, RegExp])[] = [
  ['iqn', /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/],
  ['eui', /^eui.[A-Za-z0-9]{16}$/],
  ['naa', /^naa.[A-Za-z0-9]{32}$/],
];

function initiatorErrors(name: string, field: string): FieldError[] {
  const known = INITIATORS.find(([prefix]) => name.startsWith(prefix));
  if (known === undefined) {
    return [invalid(field, name, 'must be valid format starting with iqn, eui, or naa')];
  }
  return known[1].test(name) ? [] : [invalid(field, name, 'must be valid format')];
}

function iscsiErrors(source: Source, field: string, volumeName: string): FieldError[] {
  const errors = needs('targetPortal')(source, field, '');
  const iqn = text(source.iqn);
  if (iqn === '') errors.push(required(`${field}.iqn`));
  else errors.push(...initiatorErrors(iqn, `${field}.iqn`));
  const lun = number(source.lun);
  if (lun < 0 || lun > 255) {
    errors.push(invalid(`${field}.lun`, lun, 'must be between 0 and 255, inclusive'));
  }
  const authenticates = source.chapAuthDiscovery === true || source.chapAuthSession === true;
  if (authenticates && !source.secretRef) errors.push(required(`${field}.secretRef`));
  if (typeof source.initiatorName !== 'string') return errors;
  errors.push(...initiatorErrors(source.initiatorName, `${field}.initiatorname`));
  if (`${volumeName}:${text(source.targetPortal)}`.length > 64) {
    const why =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if ' +
      'iscsi.initiatorName is specified.';
    errors.push(invalid(`${field.replace(/\.iscsi$/, '')}.name`, volumeName, why));
  }
  return errors;
}

function flockerErrors(source: Source, field: string): FieldError[] {
  const [name, uuid] = [text(source.datasetName), text(source.datasetUUID)];
  const errors: FieldError[] = [];
  if (name === '' && uuid === '') {
    errors.push(required(field, 'one of datasetName and datasetUUID is required'));
  }
  if (name !== '' && uuid !== '') {
    const why = 'datasetName and datasetUUID can not be specified simultaneously';
    errors.push(invalid(field, 'resource', why));
  }
  if (name.includes('/')) {
    errors.push(invalid(`${field}.datasetName`, name, "must not contain '/'"));
  }
  return errors;
}

function quobyteErrors(source: Source, field: string): FieldError[] {
  const why = 'must be a host:port pair or multiple pairs separated by commas';
  const registry = text(source.registry);
  const errors: FieldError[] = [];
  if (registry === '') errors.push(required(`${field}.registry`, why));
  else if (text(source.tenant).length >= 65) {
    const tenantWhy = 'must be a UUID and may not exceed a length of 64 characters';
    errors.push(required(`${field}.tenant`, tenantWhy));
  } else {
    for (const pair of registry.split(',')) {
      if (/^(\[[^\]]*\]|[^:[\]]*):[^:[\]]*$/.test(pair)) continue;
      errors.push(invalid(`${field}.registry`, registry, why));
    }
  }
  return [...errors, ...needs('volume')(source, field, '')];
}

function fibreChannelErrors(source: Source, field: string): FieldError[] {
  const names = list(source.targetWWNs);
  const ids = list(source.wwids);
  const errors: FieldError[] = [];
  if (names.length === 0 && ids.length === 0) {
    const why = 'must specify either targetWWNs or wwids, but not both';
    errors.push(required(`${field}.targetWWNs`, why));
  }
  if (names.length > 0 && ids.length > 0) {
    const why = 'targetWWNs and wwids can not be specified simultaneously';
    errors.push(invalid(`${field}.targetWWNs`, names, why));
  }
  if (names.length === 0) return errors;
  if (typeof source.lun !== 'number') {
    errors.push(required(`${field}.lun`, 'lun is required if targetWWNs is specified'));
  } else if (source.lun < 0 || source.lun > 255) {
    errors.push(invalid(`${field}.lun`, source.lun, 'must be between 0 and 255, inclusive'));
  }
  return errors;
}

function flexErrors(source: Source, field: string): FieldError[] {
  const errors = needs('driver')(source, field, '');
  const options = (source.options ?? {}) as Source;
  for (const key of Object.keys(options).sort()) {
    const namespace = `.${(key.split('/')[0] ?? '').toLowerCase()}`;
    if (!namespace.endsWith('.kubernetes.io') && !namespace.endsWith('.k8s.io')) continue;
    const why = 'kubernetes.io and k8s.io namespaces are reserved';
    errors.push(invalid(`${field}.options[${key}]`, key, why));
  }
  return errors;
}

const MANAGED_DISK =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_DISK = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

function azureDiskErrors(source: Source, field: string): FieldError[] {
  const errors = needs('diskName', 'diskURI')(source, field, '');
  const { cachingMode, kind } = source;
  const modes = ['None', 'ReadOnly', 'ReadWrite'];
  const kinds = ['Dedicated', 'Managed', 'Shared'];
  if (typeof cachingMode === 'string' && !modes.includes(cachingMode)) {
    errors.push(notSupported(`${field}.cachingMode`, cachingMode, modes));
  }
  if (typeof kind === 'string' && !kinds.includes(kind)) {
    errors.push(notSupported(`${field}.kind`, kind, kinds));
  }
  const uri = text(source.diskURI);
  if (kind === 'Managed' && !uri.startsWith('/subscriptions/')) {
    errors.push(notSupported(`${field}.diskURI`, uri, [MANAGED_DISK]));
  }
  if (typeof kind === 'string' && kind !== 'Managed' && !uri.startsWith('https://')) {
    errors.push(notSupported(`${field}.diskURI`, uri, [BLOB_DISK]));
  }
  return errors;
}

function storageOsErrors(source: Source, field: string): FieldError[] {
  const [name, namespace] = [text(source.volumeName), text(source.volumeNamespace)];
  const errors =
    name === '' ? [required(`${field}.volumeName`)] : dnsLabelErrors(name, `${field}.volumeName`);
  if (namespace !== '') errors.push(...dnsLabelErrors(namespace, `${field}.volumeNamespace`));
  return [...errors, ...secretName(source, field)];
}
