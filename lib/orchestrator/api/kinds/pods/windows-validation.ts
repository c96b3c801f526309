/** Validation of what concerns Windows: its options, host process pods, and fields per system. */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, notSupported, required } from '../../field-error';
import { isDns1123Subdomain } from '../../name-formats';
import { invalidFor } from '../fields/field-validation';
import type { DraftPodSpec } from './pod-spec-draft';
import { containersWithPaths } from './pod-spec-draft';

type WindowsOptions = Readonly<Record<string, unknown>>;

const SPEC_MAX_KIB = 64;
const DOMAIN_MAX = 256;
const USER_MAX = 104;
const NET_BIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_PART = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS_DOMAIN = new RegExp(`^${DNS_PART}(?:\\.${DNS_PART})*$`);

export function windowsOptionsErrors(
  options: WindowsOptions | undefined,
  path: string,
): FieldError[] {
  if (options === undefined || options === null) return [];
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName } = options;
  const errors: FieldError[] = [];
  if (typeof specName === 'string') {
    errors.push(
      ...invalidFor(`${path}.gmsaCredentialSpecName`, specName, isDns1123Subdomain(specName)),
    );
  }
  if (typeof spec === 'string') {
    const field = `${path}.gmsaCredentialSpec`;
    if (spec === '') {
      errors.push(invalid(field, spec, 'gmsaCredentialSpec cannot be an empty string'));
    } else if (spec.length > SPEC_MAX_KIB * 1024) {
      const why = `gmsaCredentialSpec size must be under ${SPEC_MAX_KIB} KiB`;
      errors.push(invalid(field, spec, why));
    }
  }
  if (typeof runAsUserName === 'string') {
    errors.push(...invalidFor(`${path}.runAsUserName`, runAsUserName, userMessages(runAsUserName)));
  }
  return errors;
}

function userMessages(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if ([...name].some((c) => c < ' ' || c === '\u007f')) {
    return ['runAsUserName cannot contain control characters'];
  }
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const domain = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const user = parts[parts.length - 1] ?? '';
  const messages: string[] = [];
  if (domain !== undefined && domain.length >= DOMAIN_MAX) {
    messages.push(`runAsUserName's Domain length must be under ${DOMAIN_MAX} characters`);
  }
  if (domain !== undefined && !NET_BIOS.test(domain) && !DNS_DOMAIN.test(domain)) {
    messages.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === '') messages.push("runAsUserName's User cannot be empty");
  else if (user.length > USER_MAX) {
    messages.push(`runAsUserName's User length must not be longer than ${USER_MAX} characters`);
  }
  if (/^[. ]+$/.test(user)) {
    messages.push("runAsUserName's User cannot contain only periods or spaces");
  }
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    const characters = '"/\\:;|=,+*?<>@[]';
    messages.push(`runAsUserName's User cannot contain the following characters: ${characters}`);
  }
  return messages;
}

/** If one container is a host process, all are, on the host's network. */
export function hostProcessErrors(spec: DraftPodSpec, path: string): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const errors: FieldError[] = [];
  const all = containersWithPaths(spec, path);
  let count = 0;
  for (const { container, path: field } of all) {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (typeof ofPod === 'boolean' && typeof own === 'boolean' && own !== ofPod) {
      const why = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      errors.push(invalid(`${field}.securityContext.windowsOptions.hostProcess`, own, why));
    }
    if ((own ?? ofPod) === true) count++;
  }
  if (count === 0) return errors;
  if (count !== all.length) {
    const why =
      'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalid(path, '', why));
  }
  if (spec.hostNetwork !== true) {
    const why = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalid(`${path}.hostNetwork`, false, why));
  }
  return errors;
}

const POD_FIELDS_OF_LINUX: readonly (readonly [string, (spec: DraftPodSpec) => unknown])[] = [
  ['securityContext.appArmorProfile', (spec) => spec.securityContext?.appArmorProfile],
  ['securityContext.seLinuxOptions', (spec) => spec.securityContext?.seLinuxOptions],
  ['hostUsers', (spec) => spec.hostUsers],
  ['hostPID', (spec) => spec.hostPID || undefined],
  ['hostIPC', (spec) => spec.hostIPC || undefined],
  ['securityContext.seccompProfile', (spec) => spec.securityContext?.seccompProfile],
  ['securityContext.fsGroup', (spec) => spec.securityContext?.fsGroup],
  ['securityContext.fsGroupChangePolicy', (spec) => spec.securityContext?.fsGroupChangePolicy],
  ['securityContext.sysctls', (spec) => spec.securityContext?.sysctls?.[0]],
  ['shareProcessNamespace', (spec) => spec.shareProcessNamespace],
  ['securityContext.runAsUser', (spec) => spec.securityContext?.runAsUser],
  ['securityContext.runAsGroup', (spec) => spec.securityContext?.runAsGroup],
  ['securityContext.supplementalGroups', (spec) => spec.securityContext?.supplementalGroups],
  [
    'securityContext.supplementalGroupsPolicy',
    (spec) => spec.securityContext?.supplementalGroupsPolicy,
  ],
  ['securityContext.seLinuxChangePolicy', (spec) => spec.securityContext?.seLinuxChangePolicy],
];
const CONTAINER_FIELDS_OF_LINUX = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

/** That `os` is known, and that no field of the other system is set. */
export function osErrors(spec: DraftPodSpec, path: string): FieldError[] {
  if (spec.os === undefined || spec.os === null) return [];
  const { name = '' } = spec.os;
  if (name === '') return [required(`${path}.os.name`)];
  if (name === 'linux') return linuxErrors(spec, path);
  if (name === 'windows') return windowsErrors(spec, path);
  return [notSupported(`${path}.os`, name, ['linux', 'windows'])];
}

function linuxErrors(spec: DraftPodSpec, path: string): FieldError[] {
  const why = 'windows options cannot be set for a linux pod';
  const errors = spec.securityContext?.windowsOptions
    ? [forbidden(`${path}.securityContext.windowsOptions`, why)]
    : [];
  for (const { container, path: field } of containersWithPaths(spec, path)) {
    if (!container.securityContext?.windowsOptions) continue;
    errors.push(forbidden(`${field}.securityContext.windowsOptions`, why));
  }
  return errors;
}

function windowsErrors(spec: DraftPodSpec, path: string): FieldError[] {
  const why = 'cannot be set for a windows pod';
  const errors: FieldError[] = [];
  for (const [name, get] of POD_FIELDS_OF_LINUX) {
    const value = get(spec);
    if (value !== undefined && value !== null) errors.push(forbidden(`${path}.${name}`, why));
  }
  for (const { container, path: field } of containersWithPaths(spec, path)) {
    for (const name of CONTAINER_FIELDS_OF_LINUX) {
      const value = container.securityContext?.[name];
      if (value === undefined || value === null) continue;
      errors.push(forbidden(`${field}.securityContext.${name}`, why));
    }
  }
  return errors;
}
