/**
 * Validation of security contexts, of containers and of whole pods: users and groups, profiles of
 * seccomp and AppArmor, and what contradicts itself.
 */
import type { FieldError } from '../../field-error';
import { duplicate, invalid, notSupported, required, tooLong } from '../../field-error';
import { invalidFor } from '../fields/field-validation';
import { descendingPathErrors } from '../volumes/file-paths';
import type { DraftPodSpec, DraftProfile, DraftSecurityContext } from './pod-spec-draft';
import { windowsOptionsErrors } from './windows-validation';

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const MAX_ID = 2_147_483_647;
const LOCALHOST_PROFILE_MAX = 4095;
const SYSCTL_NAME = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const SYSCTL_REGEXP = new RegExp(SYSCTL_NAME);
const SYSCTL_MAX = 253;

const idErrors = (id: number | undefined, field: string): FieldError[] =>
  typeof id !== 'number' || (id >= 0 && id <= MAX_ID)
    ? []
    : invalidFor(field, id, [`must be between 0 and ${MAX_ID}, inclusive`]);

/** A container's security context. */
export function securityContextErrors(
  context: DraftSecurityContext | undefined,
  hostUsers: boolean,
  path: string,
): FieldError[] {
  if (context === undefined || context === null) return [];
  const { procMount, privileged, allowPrivilegeEscalation, capabilities } = context;
  const errors = [
    ...idErrors(context.runAsUser, `${path}.runAsUser`),
    ...idErrors(context.runAsGroup, `${path}.runAsGroup`),
  ];
  if (procMount !== undefined && procMount !== null) {
    const field = `${path}.procMount`;
    if (procMount !== 'Default' && procMount !== 'Unmasked') {
      errors.push(notSupported(field, procMount, ['Default', 'Unmasked']));
    }
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(invalid(field, procMount, '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  errors.push(...seccompErrors(context.seccompProfile, `${path}.seccompProfile`));
  if (allowPrivilegeEscalation === false) {
    const refuse = (what: string): FieldError =>
      invalid(
        path,
        printable(context),
        `cannot set \`allowPrivilegeEscalation\` to false and ${what}`,
      );
    if (privileged === true) errors.push(refuse('`privileged` to true'));
    for (const capability of capabilities?.add ?? []) {
      if (capability !== 'CAP_SYS_ADMIN') continue;
      errors.push(refuse('`capabilities.Add` CAP_SYS_ADMIN'));
    }
  }
  errors.push(...windowsOptionsErrors(context.windowsOptions, `${path}.windowsOptions`));
  errors.push(...appArmorErrors(context.appArmorProfile, `${path}.appArmorProfile`));
  return errors;
}

/** The context in the order and with the names of the server's own type. */
function printable(context: DraftSecurityContext): unknown {
  const { capabilities, seLinuxOptions, windowsOptions } = context;
  return {
    Capabilities: capabilities
      ? { Add: capabilities.add ?? null, Drop: capabilities.drop ?? null }
      : null,
    Privileged: context.privileged ?? null,
    SELinuxOptions: seLinuxOptions
      ? {
          User: seLinuxOptions.user ?? '',
          Role: seLinuxOptions.role ?? '',
          Type: seLinuxOptions.type ?? '',
          Level: seLinuxOptions.level ?? '',
        }
      : null,
    WindowsOptions: windowsOptions
      ? {
          GMSACredentialSpecName: windowsOptions.gmsaCredentialSpecName ?? null,
          GMSACredentialSpec: windowsOptions.gmsaCredentialSpec ?? null,
          RunAsUserName: windowsOptions.runAsUserName ?? null,
          HostProcess: windowsOptions.hostProcess ?? null,
        }
      : null,
    RunAsUser: context.runAsUser ?? null,
    RunAsGroup: context.runAsGroup ?? null,
    RunAsNonRoot: context.runAsNonRoot ?? null,
    ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
    AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
    ProcMount: context.procMount ?? null,
    SeccompProfile: printableProfile(context.seccompProfile),
    AppArmorProfile: printableProfile(context.appArmorProfile),
  };
}

const printableProfile = (profile: DraftProfile | undefined): unknown =>
  profile ? { Type: profile.type ?? '', LocalhostProfile: profile.localhostProfile ?? null } : null;

function seccompErrors(profile: DraftProfile | undefined, path: string): FieldError[] {
  if (profile === undefined || profile === null) return [];
  const { type = '', localhostProfile } = profile;
  const errors: FieldError[] = [];
  if (type === '') {
    errors.push(required(`${path}.type`, 'type is required when seccompProfile is set'));
  } else if (!PROFILE_TYPES.includes(type)) {
    errors.push(notSupported(`${path}.type`, type, PROFILE_TYPES));
  }
  const field = `${path}.localhostProfile`;
  if (type !== 'Localhost') {
    if (localhostProfile === undefined || localhostProfile === null) return errors;
    const why = 'can only be set when seccomp type is Localhost';
    return [...errors, invalid(field, printableProfile(profile), why)];
  }
  if (localhostProfile === undefined || localhostProfile === null) {
    return [...errors, required(field, 'must be set when seccomp type is Localhost')];
  }
  return [...errors, ...descendingPathErrors(localhostProfile, field)];
}

/** Also for profiles that annotations name. */
export function appArmorErrors(profile: DraftProfile | undefined, path: string): FieldError[] {
  if (profile === undefined || profile === null) return [];
  const { type = '', localhostProfile } = profile;
  const field = `${path}.localhostProfile`;
  const given = localhostProfile !== undefined && localhostProfile !== null;
  if (type === '') {
    return [required(`${path}.type`, 'type is required when appArmorProfile is set')];
  }
  if (!PROFILE_TYPES.includes(type)) return [notSupported(`${path}.type`, type, PROFILE_TYPES)];
  if (type !== 'Localhost') {
    const why = 'can only be set when AppArmor type is Localhost';
    return given ? [invalid(field, localhostProfile, why)] : [];
  }
  if (!given) return [required(field, 'must be set when AppArmor type is Localhost')];
  const errors: FieldError[] = [];
  if (localhostProfile.trim() !== localhostProfile) {
    errors.push(invalid(field, localhostProfile, 'must not be padded with whitespace'));
  } else if (localhostProfile === '') {
    errors.push(required(field, 'must be set when AppArmor type is Localhost'));
  }
  if (localhostProfile.length > LOCALHOST_PROFILE_MAX) {
    errors.push(tooLong(field, LOCALHOST_PROFILE_MAX));
  }
  return errors;
}

/** The security context of a whole pod. */
export function podSecurityContextErrors(spec: DraftPodSpec, path: string): FieldError[] {
  const context = spec.securityContext;
  if (context === undefined || context === null) return [];
  const errors = [
    ...idErrors(context.fsGroup, `${path}.fsGroup`),
    ...idErrors(context.runAsUser, `${path}.runAsUser`),
    ...idErrors(context.runAsGroup, `${path}.runAsGroup`),
  ];
  (context.supplementalGroups ?? []).forEach((group, index) => {
    errors.push(...idErrors(group, `${path}.supplementalGroups[${index}]`));
  });
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const why = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(`${path}.shareProcessNamespace`, true, why));
  }
  errors.push(...sysctlErrors(spec, `${path}.sysctls`));
  const oneOf = (name: keyof typeof context, supported: readonly string[]): void => {
    const value = context[name];
    if (typeof value !== 'string' || supported.includes(value)) return;
    errors.push(notSupported(`${path}.${name}`, value, supported));
  };
  oneOf('fsGroupChangePolicy', ['Always', 'OnRootMismatch']);
  errors.push(
    ...seccompErrors(context.seccompProfile, `${path}.seccompProfile`),
    ...windowsOptionsErrors(context.windowsOptions, `${path}.windowsOptions`),
    ...appArmorErrors(context.appArmorProfile, `${path}.appArmorProfile`),
  );
  oneOf('supplementalGroupsPolicy', ['Merge', 'Strict']);
  // MountOption waits for the gate SELinuxMount, which is off.
  oneOf('seLinuxChangePolicy', ['Recursive']);
  return errors;
}

function sysctlErrors(spec: DraftPodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (spec.securityContext?.sysctls ?? []).forEach(({ name = '' }, index) => {
    const field = `${path}[${index}].name`;
    if (name === '') errors.push(required(field));
    else if (name.length > SYSCTL_MAX || !SYSCTL_REGEXP.test(name)) {
      const why = `must have at most ${SYSCTL_MAX} characters and match regex ${SYSCTL_NAME}`;
      errors.push(invalid(field, name, why));
    } else if (seen.has(name)) errors.push(duplicate(field, name));
    seen.add(name);
    const dotted = name.replace(/\//g, '.');
    if (spec.hostNetwork === true && dotted.startsWith('net.')) {
      errors.push(invalid(field, name, "may not be specified when 'hostNetwork' is true"));
    } else if (spec.hostIPC === true && isIpcSysctl(dotted)) {
      errors.push(invalid(field, name, "may not be specified when 'hostIPC' is true"));
    }
  });
  return errors;
}

const isIpcSysctl = (name: string): boolean =>
  name === 'kernel.sem' || /^(kernel\.shm|kernel\.msg|fs\.mqueue\.)/.test(name);
