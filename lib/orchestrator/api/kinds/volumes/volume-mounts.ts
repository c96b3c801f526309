/** Validation of how a container mounts the pod's volumes, as file systems and as block devices. */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, notFound, notSupported, required } from '../../field-error';
import type { DraftContainer, DraftVolume, DraftVolumeMount } from '../pods/pod-spec-draft';
import { descendingPathErrors, noBackstepErrors } from './file-paths';

/** The pod's valid volumes by name. */
export type Volumes = ReadonlyMap<string, DraftVolume>;

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE_READ_ONLY = ['Disabled', 'Enabled', 'IfPossible'];

export function volumeMountErrors(
  container: DraftContainer,
  volumes: Volumes,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const devices = container.volumeDevices ?? [];
  const seen = new Set<string>();
  (container.volumeMounts ?? []).forEach((mount, index) => {
    const field = `${path}[${index}]`;
    const { name = '', mountPath = '' } = mount;
    if (name === '') errors.push(required(`${field}.name`));
    if (!volumes.has(name)) errors.push(notFound(`${field}.name`, name));
    if (mountPath === '') errors.push(required(`${field}.mountPath`));
    if (seen.has(mountPath)) {
      errors.push(invalid(`${field}.mountPath`, mountPath, 'must be unique'));
    }
    seen.add(mountPath);
    if (devices.some((device) => (device.name ?? '') === name)) {
      errors.push(invalid(`${field}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => (device.devicePath ?? '') === mountPath)) {
      const why = 'must not already exist as a path in volumeDevices';
      errors.push(invalid(`${field}.mountPath`, mountPath, why));
    }
    errors.push(...subPathErrors(mount, field, path));
    errors.push(...propagationErrors(mount, container, path));
    errors.push(...recursiveReadOnlyErrors(mount, `${path}.recursiveReadOnly`));
  });
  return errors;
}

/** Some paths here lack the index, as in the real server. */
function subPathErrors(mount: DraftVolumeMount, field: string, path: string): FieldError[] {
  const { subPath = '', subPathExpr = '' } = mount;
  const errors = subPath === '' ? [] : descendingPathErrors(subPath, `${path}.subPath`);
  if (subPathExpr === '') return errors;
  if (subPath !== '') {
    const why = 'subPathExpr and subPath are mutually exclusive';
    errors.push(invalid(`${field}.subPathExpr`, subPathExpr, why));
  }
  return [...errors, ...descendingPathErrors(subPathExpr, `${path}.subPathExpr`)];
}

function propagationErrors(
  { mountPropagation }: DraftVolumeMount,
  container: DraftContainer,
  path: string,
): FieldError[] {
  if (mountPropagation === undefined || mountPropagation === null) return [];
  const field = `${path}.mountPropagation`;
  const errors = PROPAGATIONS.includes(mountPropagation)
    ? []
    : [notSupported(field, mountPropagation, PROPAGATIONS)];
  if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
    const why = 'Bidirectional mount propagation is available only to privileged containers';
    errors.push(forbidden(field, why));
  }
  return errors;
}

function recursiveReadOnlyErrors(mount: DraftVolumeMount, field: string): FieldError[] {
  const mode = mount.recursiveReadOnly;
  if (mode === undefined || mode === null || mode === 'Disabled') return [];
  if (!RECURSIVE_READ_ONLY.includes(mode)) return [notSupported(field, mode, RECURSIVE_READ_ONLY)];
  const errors: FieldError[] = [];
  if (mount.readOnly !== true) {
    errors.push(forbidden(field, 'may only be specified when readOnly is true'));
  }
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== 'None') {
    const why = 'may only be specified when mountPropagation is None or not specified';
    errors.push(forbidden(field, why));
  }
  return errors;
}

export function volumeDeviceErrors(
  container: DraftContainer,
  volumes: Volumes,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const mounts = container.volumeMounts ?? [];
  const names = new Set<string>();
  const paths = new Set<string>();
  (container.volumeDevices ?? []).forEach(({ name = '', devicePath = '' }, index) => {
    const field = `${path}[${index}]`;
    const volume = volumes.get(name);
    if (name === '') errors.push(required(`${field}.name`));
    if (names.has(name)) errors.push(invalid(`${field}.name`, name, 'must be unique'));
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      const why =
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(`${field}.name`, name, why));
    }
    if (!volume) errors.push(notFound(`${field}.name`, name));
    if (devicePath === '') errors.push(required(`${field}.devicePath`));
    if (paths.has(devicePath)) {
      errors.push(invalid(`${field}.devicePath`, devicePath, 'must be unique'));
    }
    if (noBackstepErrors(devicePath, field).length > 0) {
      const why = "can not contain backsteps ('..')";
      errors.push(invalid(`${field}.devicePath`, devicePath, why));
    } else paths.add(devicePath);
    if (mounts.some((mount) => (mount.name ?? '') === name)) {
      errors.push(invalid(`${field}.name`, name, 'must not already exist in volumeMounts'));
    }
    if (mounts.some((mount) => (mount.mountPath ?? '') === devicePath)) {
      const why = 'must not already exist as a path in volumeMounts';
      errors.push(invalid(`${field}.devicePath`, devicePath, why));
    }
    if (name !== '') names.add(name);
  });
  return errors;
}
