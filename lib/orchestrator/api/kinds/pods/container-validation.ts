/**
 * Validation of containers: what holds for every sort, and what for regular, init and ephemeral
 * ones. Stands for validateContainers and its relatives in core's validation.
 */
import type { FieldError } from '../../field-error';
import {
  duplicate,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
  tooMany,
} from '../../field-error';
import { dnsLabelErrors, notSupportedInOrder } from '../fields/field-validation';
import type { Volumes } from '../volumes/volume-mounts';
import { volumeDeviceErrors, volumeMountErrors } from '../volumes/volume-mounts';
import { containerPortErrors, hostPortConflicts } from './container-ports';
import { envErrors, envFromErrors } from './env-validation';
import { handlersErrors } from './handler-validation';
import type { DraftContainer, DraftPodSpec } from './pod-spec-draft';
import { isSidecar } from './pod-spec-draft';
import { containerResourceErrors } from './resource-requirements';
import { securityContextErrors } from './security-context-validation';

/** What containers are checked against. */
export interface ContainerContext {
  readonly spec: DraftPodSpec;
  readonly volumes: Volumes;
  readonly claimNames: ReadonlySet<string>;
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const RESTART_RULE_ACTIONS = ['Restart', 'RestartAllContainers'];
const RESTART_RULES_MAX = 20;
const EXIT_CODES_MAX = 255;

export function containersErrors(context: ContainerContext, path: string): FieldError[] {
  const containers = context.spec.containers ?? [];
  if (containers.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  containers.forEach((container, index) => {
    const field = `${path}[${index}]`;
    const { name = '' } = container;
    errors.push(...commonErrors(container, context, field));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
    errors.push(...handlersErrors(container, context.spec, field));
    errors.push(...restartPolicyErrors(container, field));
  });
  return [...errors, ...hostPortConflicts(containers, path)];
}

export function initContainersErrors(context: ContainerContext, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set((context.spec.containers ?? []).map(({ name = '' }) => name));
  (context.spec.initContainers ?? []).forEach((container, index) => {
    const field = `${path}[${index}]`;
    const { name = '' } = container;
    errors.push(...commonErrors(container, context, field));
    errors.push(...restartPolicyErrors(container, field));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    else if (name !== '') names.add(name);
    errors.push(...hostPortConflicts([container], path));
    if (isSidecar(container)) errors.push(...handlersErrors(container, context.spec, field));
    else errors.push(...notSidecarErrors(container, field));
  });
  return errors;
}

function notSidecarErrors(container: DraftContainer, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    if (!container[name]) continue;
    const why = 'may not be set for init containers without restartPolicy=Always';
    errors.push(forbidden(`${path}.${name}`, why));
  }
  (container.resizePolicy ?? []).forEach(({ restartPolicy }, index) => {
    if (restartPolicy !== 'RestartContainer') return;
    const why = "must not be set to 'RestartContainer' for non-sidecar initContainers";
    errors.push(invalid(`${path}.resizePolicy[${index}].restartPolicy`, restartPolicy, why));
  });
  return errors;
}

const FORBIDDEN_IN_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

export function ephemeralContainersErrors(context: ContainerContext, path: string): FieldError[] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = context.spec;
  const errors: FieldError[] = [];
  const others = new Set([...containers, ...initContainers].map(({ name = '' }) => name));
  const names = new Set(others);
  const why = 'cannot be set for an Ephemeral Container';
  ephemeralContainers.forEach((container, index) => {
    const field = `${path}[${index}]`;
    const { name = '', targetContainerName = '' } = container;
    errors.push(...commonErrors(container, context, field));
    errors.push(...imageSpaceErrors(container, field));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
    if (targetContainerName !== '' && !others.has(targetContainerName)) {
      errors.push(notFound(`${field}.targetContainerName`, targetContainerName));
    }
    for (const forbiddenField of FORBIDDEN_IN_EPHEMERAL) {
      if (!isSet(container[forbiddenField], forbiddenField)) continue;
      errors.push(forbidden(`${field}.${forbiddenField}`, why));
    }
    (container.volumeMounts ?? []).forEach(({ subPath, subPathExpr }, mountIndex) => {
      const mount = `${field}.volumeMounts[${mountIndex}]`;
      if (subPath) errors.push(forbidden(`${mount}.subPath`, why));
      if (subPathExpr) errors.push(forbidden(`${mount}.subPathExpr`, why));
    });
  });
  return errors;
}

/** Empty lists and empty resources are none; of the rest an empty one is there all the same. */
const isSet = (value: unknown, name: (typeof FORBIDDEN_IN_EPHEMERAL)[number]): boolean =>
  value !== undefined &&
  value !== null &&
  !((Array.isArray(value) || name === 'resources') && Object.keys(value).length === 0);

/** Pods, unlike templates, may not have spaces around an image's name. */
export function imageSpaceErrors({ image = '' }: DraftContainer, path: string): FieldError[] {
  if (image.trim() === image) return [];
  return [invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')];
}

function commonErrors(
  container: DraftContainer,
  { spec, volumes, claimNames }: ContainerContext,
  path: string,
): FieldError[] {
  const { name = '', image = '', terminationMessagePolicy: messagePolicy = '' } = container;
  const errors = name === '' ? [required(`${path}.name`)] : dnsLabelErrors(name, `${path}.name`);
  if (image === '') errors.push(required(`${path}.image`));
  const policies = ['File', 'FallbackToLogsOnError'];
  if (messagePolicy === '') errors.push(required(`${path}.terminationMessagePolicy`));
  else if (!policies.includes(messagePolicy)) {
    errors.push(notSupportedInOrder(`${path}.terminationMessagePolicy`, messagePolicy, policies));
  }
  errors.push(
    ...containerPortErrors(container.ports ?? [], `${path}.ports`),
    ...envErrors(container.env ?? [], `${path}.env`),
    ...envFromErrors(container.envFrom ?? [], `${path}.envFrom`),
    ...volumeMountErrors(container, volumes, `${path}.volumeMounts`),
    ...volumeDeviceErrors(container, volumes, `${path}.volumeDevices`),
    ...pullPolicyErrors(container.imagePullPolicy ?? '', `${path}.imagePullPolicy`),
    ...containerResourceErrors(container.resources ?? {}, claimNames, `${path}.resources`),
    ...resizePolicyErrors(container, spec, `${path}.resizePolicy`),
    ...securityContextErrors(
      container.securityContext,
      spec.hostUsers ?? true,
      `${path}.securityContext`,
    ),
  );
  return errors;
}

export function pullPolicyErrors(policy: string, path: string): FieldError[] {
  if (policy === '') return [required(path)];
  return PULL_POLICIES.includes(policy) ? [] : [notSupported(path, policy, PULL_POLICIES)];
}

function resizePolicyErrors(
  container: DraftContainer,
  spec: DraftPodSpec,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (container.resizePolicy ?? []).forEach(({ resourceName = '', restartPolicy = '' }, index) => {
    if (seen.has(resourceName)) errors.push(duplicate(`${path}[${index}]`, resourceName));
    seen.add(resourceName);
    if (resourceName === '') errors.push(required(path));
    else if (resourceName !== 'cpu' && resourceName !== 'memory') {
      errors.push(notSupported(path, resourceName, ['cpu', 'memory']));
    }
    if (restartPolicy === '') errors.push(required(path));
    else if (restartPolicy !== 'NotRequired' && restartPolicy !== 'RestartContainer') {
      errors.push(notSupported(path, restartPolicy, ['NotRequired', 'RestartContainer']));
    }
    if (spec.restartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const why = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      errors.push(invalid(path, restartPolicy, why));
    }
  });
  return errors;
}

function restartPolicyErrors(container: DraftContainer, path: string): FieldError[] {
  const { restartPolicy: policy, restartPolicyRules: rules = [] } = container;
  const errors: FieldError[] = [];
  if (policy === undefined || policy === null) {
    if (rules.length === 0) return errors;
    const why = 'must specify restartPolicy when restart rules are used';
    errors.push(required(`${path}.restartPolicy`, why));
  } else if (!RESTART_POLICIES.includes(policy)) {
    errors.push(notSupported(`${path}.restartPolicy`, policy, RESTART_POLICIES));
  }
  const rulesPath = `${path}.restartPolicyRules`;
  if (rules.length > RESTART_RULES_MAX) {
    errors.push(tooMany(rulesPath, rules.length, RESTART_RULES_MAX));
  }
  rules.forEach(({ action = '', exitCodes }, index) => {
    const field = `${rulesPath}[${index}]`;
    if (!RESTART_RULE_ACTIONS.includes(action)) {
      errors.push(notSupported(`${field}.action`, action, RESTART_RULE_ACTIONS));
    }
    if (!exitCodes) {
      errors.push(required(`${field}.exitCodes`, 'must be specified'));
      return;
    }
    const { operator = '', values = [] } = exitCodes;
    if (operator !== 'In' && operator !== 'NotIn') {
      errors.push(notSupported(`${field}.exitCodes.operator`, operator, ['In', 'NotIn']));
    }
    if (values.length > EXIT_CODES_MAX) {
      errors.push(tooMany(`${field}.exitCodes.values`, values.length, EXIT_CODES_MAX));
    }
  });
  return errors;
}
