/**
 * Validation of a pod's volumes: one source each, of a known kind, with a name of its own. The
 * sources of clouds and network file systems are in external-volume-validation.
 */
import type { FieldError } from '../../field-error';
import { duplicate, forbidden, invalid, required, tooLong } from '../../field-error';
import { isDns1123Subdomain } from '../../name-formats';
import { isNegative } from '../../quantity';
import { dnsLabelErrors, invalidFor } from '../fields/field-validation';
import { pullPolicyErrors } from '../pods/container-validation';
import type { DraftKeyToPath, DraftVolume } from '../pods/pod-spec-draft';
import { claimTemplateErrors } from './claim-template-validation';
import { EXTERNAL_SOURCES } from './external-volume-validation';
import { hostPathSourceErrors } from './host-path-validation';
import { projectedErrors } from './projected-volume-validation';
import { downwardFileErrors, keyToPathErrors, modeErrors } from './volume-file-validation';
import type { Volumes } from './volume-mounts';

export interface VolumeContext {
  /** The pod's name; '' in a template. */
  readonly podName: string;
  readonly isPod: boolean;
}

const CSI_DRIVER_MAX = 63;

/** The errors of all volumes, and those volumes that have none, by name. */
export function volumesErrors(
  volumes: readonly DraftVolume[],
  context: VolumeContext,
  path: string,
): { readonly errors: FieldError[]; readonly volumes: Volumes } {
  const errors: FieldError[] = [];
  const valid = new Map<string, DraftVolume>();
  const claims = new Set<string>();
  if (context.podName !== '') {
    for (const { name = '', ephemeral } of volumes) {
      if (ephemeral) claims.add(`${context.podName}-${name}`);
    }
  }
  volumes.forEach((volume, index) => {
    const field = `${path}[${index}]`;
    const { name = '' } = volume;
    const own = sourceErrors(volume, context, field);
    if (name === '') own.push(required(`${field}.name`));
    else own.push(...dnsLabelErrors(name, `${field}.name`));
    if (valid.has(name)) own.push(duplicate(`${field}.name`, name));
    if (own.length === 0) valid.set(name, volume);
    errors.push(...own);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined && claims.has(claim)) {
      const why = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalid(`${field}.persistentVolumeClaim.claimName`, claim, why));
    }
  });
  return { errors, volumes: valid };
}

type Rule = (volume: DraftVolume, context: VolumeContext, field: string) => FieldError[];

/** In the order in which the server looks at them; the first one given is the volume's. */
const RULES: readonly (readonly [keyof DraftVolume, Rule, string?])[] = [
  ['emptyDir', emptyDirErrors],
  ['hostPath', hostPathErrors],
  ['gitRepo', external('gitRepo')],
  ['gcePersistentDisk', external('gcePersistentDisk', 'persistentDisk')],
  ['awsElasticBlockStore', external('awsElasticBlockStore')],
  [
    'secret',
    ({ secret = {} }, _, field) =>
      filesErrors(secret, secret.secretName, 'secretName', `${field}.secret`),
  ],
  ['nfs', nfsErrors],
  ['iscsi', external('iscsi')],
  ['glusterfs', external('glusterfs')],
  ['flocker', external('flocker')],
  [
    'persistentVolumeClaim',
    ({ persistentVolumeClaim: claim }, _, field) =>
      claim?.claimName ? [] : [required(`${field}.persistentVolumeClaim.claimName`)],
  ],
  ['rbd', external('rbd')],
  ['cinder', external('cinder')],
  ['cephfs', external('cephfs'), 'cephFS'],
  ['quobyte', external('quobyte')],
  ['downwardAPI', downwardErrors, 'downwarAPI'],
  ['fc', external('fc')],
  ['flexVolume', external('flexVolume')],
  [
    'configMap',
    ({ configMap = {} }, _, field) =>
      filesErrors(configMap, configMap.name, 'name', `${field}.configMap`),
  ],
  ['azureFile', external('azureFile')],
  ['vsphereVolume', external('vsphereVolume')],
  ['photonPersistentDisk', external('photonPersistentDisk')],
  ['portworxVolume', external('portworxVolume')],
  ['azureDisk', external('azureDisk')],
  ['storageos', external('storageos')],
  [
    'projected',
    ({ projected = {} }, _, field) => [
      ...modeErrors(projected.defaultMode, `${field}.projected.defaultMode`),
      ...projectedErrors(projected.sources ?? [], `${field}.projected`),
    ],
  ],
  ['scaleIO', external('scaleIO')],
  ['csi', csiErrors],
  ['ephemeral', ephemeralErrors],
  [
    'image',
    ({ image = {} }, { isPod }, field) => [
      ...(isPod && !image.reference ? [required(`${field}.image.reference`)] : []),
      ...pullPolicyErrors(image.pullPolicy ?? '', `${field}.image.pullPolicy`),
    ],
  ],
];

function sourceErrors(volume: DraftVolume, context: VolumeContext, field: string): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const [source, rule, shownAs] of RULES) {
    if (volume[source] === undefined || volume[source] === null) continue;
    if (count > 0) {
      const why = 'may not specify more than 1 volume type';
      errors.push(forbidden(`${field}.${shownAs ?? source}`, why));
    } else errors.push(...rule(volume, context, field));
    count++;
  }
  if (count === 0) errors.push(required(field, 'must specify a volume type'));
  return errors;
}

/** A source of the table of external ones; some report under another name than their own. */
function external(source: string, shownAs = source): Rule {
  return (volume, _, field) => {
    const given = (volume as Readonly<Record<string, unknown>>)[source];
    const rule = EXTERNAL_SOURCES[source];
    return rule === undefined
      ? []
      : rule(given as Readonly<Record<string, unknown>>, `${field}.${shownAs}`, volume.name ?? '');
  };
}

function emptyDirErrors({ emptyDir }: DraftVolume, _: VolumeContext, field: string): FieldError[] {
  const limit = emptyDir?.sizeLimit;
  if (limit === undefined || limit === null || !isNegative(limit)) return [];
  const why = 'SizeLimit field must be a valid resource quantity';
  return [forbidden(`${field}.emptyDir.sizeLimit`, why)];
}

function hostPathErrors({ hostPath }: DraftVolume, _: VolumeContext, field: string): FieldError[] {
  const { path = '', type = '' } = hostPath ?? {};
  return hostPathSourceErrors(path, type, `${field}.hostPath`);
}

/** Secrets and ConfigMaps as files. */
function filesErrors(
  source: { readonly defaultMode?: number; readonly items?: readonly DraftKeyToPath[] },
  name: string | undefined,
  nameField: string,
  field: string,
): FieldError[] {
  const errors = name ? [] : [required(`${field}.${nameField}`)];
  errors.push(...modeErrors(source.defaultMode, `${field}.defaultMode`));
  (source.items ?? []).forEach((item, index) => {
    errors.push(...keyToPathErrors(item, `${field}.items[${index}]`));
  });
  return errors;
}

function nfsErrors({ nfs }: DraftVolume, _: VolumeContext, field: string): FieldError[] {
  const { server = '', path = '' } = nfs ?? {};
  return [
    ...(server === '' ? [required(`${field}.nfs.server`)] : []),
    ...(path === '' ? [required(`${field}.nfs.path`)] : []),
    ...(path.startsWith('/')
      ? []
      : [invalid(`${field}.nfs.path`, path, 'must be an absolute path')]),
  ];
}

function downwardErrors(
  { downwardAPI }: DraftVolume,
  _: VolumeContext,
  field: string,
): FieldError[] {
  const path = `${field}.downwardAPI`;
  const errors = modeErrors(downwardAPI?.defaultMode, `${path}.defaultMode`);
  for (const file of downwardAPI?.items ?? []) errors.push(...downwardFileErrors(file, path));
  return errors;
}

function csiErrors({ csi }: DraftVolume, _: VolumeContext, field: string): FieldError[] {
  const { driver = '', nodePublishSecretRef } = csi ?? {};
  const path = `${field}.csi`;
  const errors = driver === '' ? [required(`${path}.driver`)] : [];
  if (driver.length > CSI_DRIVER_MAX) errors.push(tooLong(`${path}.driver`, CSI_DRIVER_MAX));
  if (driver !== '') {
    const messages = isDns1123Subdomain(driver.toLowerCase());
    errors.push(...invalidFor(`${path}.driver`, driver, messages));
  }
  if (!nodePublishSecretRef) return errors;
  const { name = '' } = nodePublishSecretRef;
  if (name === '') return [...errors, required(`${path}.nodePublishSecretRef.name`)];
  return [...errors, ...invalidFor(`${path}.name`, name, isDns1123Subdomain(name))];
}

function ephemeralErrors(volume: DraftVolume, context: VolumeContext, field: string): FieldError[] {
  const template = volume.ephemeral?.volumeClaimTemplate;
  const path = `${field}.ephemeral.volumeClaimTemplate`;
  const errors = template ? claimTemplateErrors(template, path) : [required(path)];
  const { name = '' } = volume;
  if (context.podName === '' || name === '') return errors;
  const claim = `${context.podName}-${name}`;
  for (const message of isDns1123Subdomain(claim)) {
    errors.push(invalid(`${field}.name`, name, `PVC name "${claim}": ${message}`));
  }
  return errors;
}
