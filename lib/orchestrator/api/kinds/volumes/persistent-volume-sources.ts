/**
 * Where a PersistentVolume's bytes are: exactly one source, each with rules of its own. Stands for
 * the part of core's ValidatePersistentVolumeSpec that goes through the sources.
 */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, required, tooLong } from '../../field-error';
import { isDns1123Subdomain } from '../../names';
import { invalidFor } from '../fields/field-validation';
import { EXTERNAL_SOURCES } from './external-volume-validation';
import { noBackstepErrors } from './file-paths';
import { hostPathSourceErrors } from './host-path-validation';

export type DraftSource = Readonly<Record<string, unknown>>;
export type DraftSources = Readonly<Record<string, unknown>>;

/** The sources in the order in which they are looked at. */
export const VOLUME_SOURCES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
] as const;

const CSI_SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;
const DRIVER_LENGTH_MAX = 63;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Errors of the one source, or that there are several or none. */
export function volumeSourceErrors(spec: DraftSources, volumeName: string): FieldError[] {
  const given = VOLUME_SOURCES.filter((name) => spec[name] !== undefined);
  if (given.length === 0) return [required('spec', 'must specify a volume type')];
  return given.flatMap((name, i) => {
    const field = `spec.${name === 'gcePersistentDisk' ? 'persistentDisk' : name}`;
    if (i > 0 && name !== 'flexVolume') {
      const shown = name === 'cephfs' ? 'cephFS' : name;
      return [forbidden(`spec.${shown}`, 'may not specify more than 1 volume type')];
    }
    const errors = sourceErrors(name, spec[name] as DraftSource, field, volumeName);
    if (name !== 'local' || spec['nodeAffinity'] !== undefined) return errors;
    return [...errors, required('spec.nodeAffinity', 'Local volume requires node affinity')];
  });
}

function sourceErrors(
  name: string,
  source: DraftSource,
  field: string,
  volumeName: string,
): FieldError[] {
  const path = text(source['path']);
  switch (name) {
    case 'hostPath':
      return hostPathSourceErrors(text(source['path']), text(source['type']), field);
    case 'local':
      return path === '' ? [required(`${field}.path`)] : noBackstepErrors(path, `${field}.path`);
    case 'nfs':
      return [
        ...(text(source['server']) === '' ? [required(`${field}.server`)] : []),
        ...(path === '' ? [required(`${field}.path`)] : []),
        ...(path.startsWith('/')
          ? []
          : [invalid(`${field}.path`, path, 'must be an absolute path')]),
      ];
    case 'csi':
      return csiErrors(source, field);
    default:
      return EXTERNAL_SOURCES[name]?.(source, field, volumeName) ?? [];
  }
}

function csiErrors(source: DraftSource, field: string): FieldError[] {
  const errors = csiDriverNameErrors(text(source['driver']), `${field}.driver`);
  if (text(source['volumeHandle']) === '') errors.push(required(`${field}.volumeHandle`));
  for (const name of CSI_SECRETS) {
    const secret = source[name] as DraftSource | undefined;
    if (secret === undefined) continue;
    for (const part of ['name', 'namespace']) {
      if (text(secret[part]) === '') errors.push(required(`${field}.${name}.${part}`));
    }
  }
  return errors;
}

/** The name of a driver, of volumes and attachments. */
export function csiDriverNameErrors(driver: string, field: string): FieldError[] {
  if (driver === '') return [required(field)];
  const errors = driver.length > DRIVER_LENGTH_MAX ? [tooLong(field, DRIVER_LENGTH_MAX)] : [];
  return [...errors, ...invalidFor(field, driver, isDns1123Subdomain(driver.toLowerCase()))];
}
