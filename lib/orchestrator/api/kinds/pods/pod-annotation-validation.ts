/**
 * Validation of annotations that mean something on pods and templates: deletion cost, mirror pods,
 * and the old forms of seccomp and AppArmor profiles, which must agree with the fields.
 */
import type { FieldError } from '../../field-error';
import { forbidden, invalid } from '../../field-error';
import type { StringMap } from '../../object';
import { descendingPathErrors } from '../volumes/file-paths';
import type { DraftPodSpec, DraftProfile } from './pod-spec-draft';
import { containersWithPaths } from './pod-spec-draft';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const MIRROR = 'kubernetes.io/config.mirror';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const INT32 = 2 ** 31;

/** The annotations by themselves. */
export function podAnnotationErrors(
  annotations: StringMap | undefined,
  spec: DraftPodSpec,
  path: string,
): FieldError[] {
  if (annotations === undefined || annotations === null) return [];
  const errors: FieldError[] = [];
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && !spec.nodeName) {
    const why = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalid(`${path}[${MIRROR}]`, mirror, why));
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isDeletionCost(cost)) {
    errors.push(invalid(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  }
  const keys = Object.keys(annotations).sort();
  for (const key of keys) {
    if (key !== SECCOMP_POD && !key.startsWith(SECCOMP_CONTAINER)) continue;
    errors.push(...seccompErrors(annotations[key] ?? '', `${path}.${key}`));
  }
  const names = new Set(containersWithPaths(spec, '').map(({ container }) => container.name ?? ''));
  for (const key of keys) {
    if (!key.startsWith(APP_ARMOR)) continue;
    const name = key.slice(APP_ARMOR.length);
    const profile = annotations[key] ?? '';
    if (!names.has(name)) errors.push(invalid(`${path}[${key}]`, name, 'container not found'));
    if (['', 'runtime/default', 'unconfined'].includes(profile)) continue;
    if (profile.startsWith('localhost/')) continue;
    const why = `invalid AppArmor profile name: ${JSON.stringify(profile)}`;
    errors.push(invalid(`${path}[${key}]`, profile, why));
  }
  return errors;
}

/** Decimal, without a plus sign or leading zeros, within 32 bits. */
function isDeletionCost(text: string): boolean {
  if (!/^(0|-?[1-9][0-9]*)$/.test(text)) return false;
  const value = Number(text);
  return value >= -INT32 && value < INT32;
}

function seccompErrors(profile: string, field: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  if (profile.startsWith('localhost/')) {
    return descendingPathErrors(profile.slice('localhost/'.length), field);
  }
  return [invalid(field, profile, 'must be a valid seccomp profile')];
}

/** Where annotations and fields name a profile of the same container, they must agree. */
export function profileAgreementErrors(
  annotations: StringMap | undefined,
  spec: DraftPodSpec,
  path: string,
): FieldError[] {
  if (annotations === undefined || annotations === null) return [];
  const errors: FieldError[] = [];
  const ofPod = spec.securityContext;
  const seccomp = (key: string, profile: DraftProfile | undefined, field: string): void => {
    const annotation = annotations[key];
    if (annotation === undefined || !profile) return;
    errors.push(...agreementErrors('seccomp', annotation, profile, `${field}.seccompProfile`));
  };
  const containers = containersWithPaths(spec, path);
  seccomp(SECCOMP_POD, ofPod?.seccompProfile, `${path}.securityContext`);
  for (const { container, path: field } of containers) {
    const key = SECCOMP_CONTAINER + (container.name ?? '');
    seccomp(key, container.securityContext?.seccompProfile, `${field}.securityContext`);
  }
  if (spec.os?.name === 'windows') return errors;
  for (const { container, path: field } of containers) {
    const annotation = annotations[APP_ARMOR + (container.name ?? '')];
    const profile = container.securityContext?.appArmorProfile ?? ofPod?.appArmorProfile;
    if (annotation === undefined || !profile) continue;
    const place = `${field}.securityContext.appArmorProfile`;
    errors.push(...agreementErrors('apparmor', annotation, profile, place));
  }
  return errors;
}

function agreementErrors(
  what: 'seccomp' | 'apparmor',
  annotation: string,
  { type, localhostProfile }: DraftProfile,
  field: string,
): FieldError[] {
  const typeErrors = [
    forbidden(`${field}.type`, `${what} type in annotation and field must match`),
  ];
  if (type === 'Unconfined') return annotation === 'unconfined' ? [] : typeErrors;
  if (type === 'RuntimeDefault') {
    const agrees =
      annotation === 'runtime/default' || (what === 'seccomp' && annotation === 'docker/default');
    return agrees ? [] : typeErrors;
  }
  if (type !== 'Localhost') return [];
  if (!annotation.startsWith('localhost/')) return typeErrors;
  if (annotation.slice('localhost/'.length) === localhostProfile) return [];
  const why = `${what} profile in annotation and field must match`;
  return [forbidden(`${field}.localhostProfile`, why)];
}

/** AppArmor and mirror annotations of a pod stay as they were. */
export function podAnnotationUpdateErrors(
  annotations: StringMap,
  old: StringMap,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const fixed = (key: string): string | undefined =>
    key.startsWith(APP_ARMOR)
      ? 'AppArmor annotations'
      : key === MIRROR
        ? 'mirror pod annotation'
        : undefined;
  for (const key of Object.keys(old).sort()) {
    const what = fixed(key);
    if (what === undefined || annotations[key] === old[key]) continue;
    errors.push(forbidden(`${path}[${key}]`, `may not remove or update ${what}`));
  }
  for (const key of Object.keys(annotations).sort()) {
    const what = fixed(key);
    if (what === undefined || old[key] !== undefined) continue;
    errors.push(forbidden(`${path}[${key}]`, `may not add ${what}`));
  }
  return errors;
}
