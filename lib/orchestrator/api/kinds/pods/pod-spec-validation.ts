/**
 * Validation of pod specs, in pods and in templates. Stands for ValidatePodSpec of core's
 * validation with the feature gates of 1.36; the relaxations for objects that older servers let in
 * are left out, for no such object can be here.
 */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, notFound, required } from '../../field-error';
import { validateLabels } from '../../name-formats';
import { canonicalQuantity, compareQuantities, isQuantity } from '../../quantity';
import {
  dnsLabelErrors,
  dnsSubdomainErrors,
  notSupportedInOrder,
} from '../fields/field-validation';
import { volumesErrors } from '../volumes/volume-validation';
import { affinityErrors } from './affinity-validation';
import { hostNetworkPortErrors } from './container-ports';
import {
  containersErrors,
  ephemeralContainersErrors,
  initContainersErrors,
} from './container-validation';
import {
  readinessGatesErrors,
  schedulingGatesErrors,
  spreadConstraintsErrors,
  tolerationsErrors,
} from './placement-validation';
import { dnsConfigErrors, hostAliasesErrors, hostnameOverrideErrors } from './pod-dns-validation';
import { aggregateResources, isHugePages } from './pod-resources';
import type { DraftPodSpec } from './pod-spec-draft';
import { containersWithPaths } from './pod-spec-draft';
import { resourceClaimsErrors } from './resource-claim-validation';
import { containerResourceErrors, podLevelResourceErrors } from './resource-requirements';
import { podSecurityContextErrors } from './security-context-validation';
import { hostProcessErrors, osErrors } from './windows-validation';

export interface PodSpecContext {
  /** Whether the spec is a pod's own and not a template's. */
  readonly isPod: boolean;
  /** The pod's name, for the claims of its ephemeral volumes; '' in templates. */
  readonly podName: string;
}

const TEMPLATE: PodSpecContext = { isPod: false, podName: '' };
const MAX_INT32 = 2_147_483_647;
const known = new WeakMap<DraftPodSpec, Map<string, readonly FieldError[]>>();

/** All that is wrong with a spec at `path`; remembered by the spec's identity. */
export function podSpecErrors(
  spec: DraftPodSpec,
  path = 'spec',
  context: PodSpecContext = TEMPLATE,
): readonly FieldError[] {
  const key = `${path}|${context.isPod}|${hasEphemeralVolume(spec) ? context.podName : ''}`;
  let results = known.get(spec);
  const found = results?.get(key);
  if (found !== undefined) return found;
  if (results === undefined) known.set(spec, (results = new Map()));
  const errors = specErrors(spec, path, context);
  // A spec that may still change is not remembered.
  if (Object.isFrozen(spec)) results.set(key, errors);
  return errors;
}

const hasEphemeralVolume = (spec: DraftPodSpec): boolean =>
  spec.volumes?.some((volume) => volume.ephemeral) ?? false;

function specErrors(spec: DraftPodSpec, path: string, context: PodSpecContext): FieldError[] {
  const volumes = volumesErrors(spec.volumes ?? [], context, `${path}.volumes`);
  const claimNames = new Set(
    (spec.resourceClaims ?? []).flatMap(({ name }) => (name ? [name] : [])),
  );
  const containers = { spec, volumes: volumes.volumes, claimNames };
  const errors: FieldError[] = [];
  if (typeof spec.terminationGracePeriodSeconds !== 'number') {
    errors.push(required(`${path}.terminationGracePeriodSeconds`));
  }
  errors.push(
    ...volumes.errors,
    ...resourceClaimsErrors(spec.resourceClaims ?? [], `${path}.resourceClaims`),
    ...containersErrors(containers, `${path}.containers`),
    ...initContainersErrors(containers, `${path}.initContainers`),
    ...ephemeralContainersErrors(containers, `${path}.ephemeralContainers`),
    ...podResourcesErrors(spec, claimNames, `${path}.resources`),
    ...hostNetworkPortErrors(spec, path, context.isPod),
    ...restartPolicyErrors(spec.restartPolicy ?? '', `${path}.restartPolicy`),
    ...dnsPolicyErrors(spec.dnsPolicy ?? '', `${path}.dnsPolicy`),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...podSecurityContextErrors(spec, `${path}.securityContext`),
    ...affinityErrors(spec.affinity, `${path}.affinity`),
    ...dnsConfigErrors(spec, `${path}.dnsConfig`),
    ...readinessGatesErrors(spec.readinessGates ?? [], `${path}.readinessGates`),
    ...schedulingGatesErrors(spec.schedulingGates ?? [], `${path}.schedulingGates`),
    ...spreadConstraintsErrors(
      spec.topologySpreadConstraints ?? [],
      `${path}.topologySpreadConstraints`,
    ),
    ...hostProcessErrors(spec, path),
    ...hostUsersErrors(spec, path),
    ...hostnameOverrideErrors(spec, `${path}.hostnameOverride`),
    ...nameErrors(spec, path),
    ...osErrors(spec, path),
    ...fileKeyVolumeErrors(spec, path),
  );
  return errors;
}

function restartPolicyErrors(policy: string, field: string): FieldError[] {
  const supported = ['Always', 'OnFailure', 'Never'];
  if (policy === '') return [required(field)];
  return supported.includes(policy) ? [] : [notSupportedInOrder(field, policy, supported)];
}

function dnsPolicyErrors(policy: string, field: string): FieldError[] {
  const supported = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
  if (policy === '') return [required(field)];
  return supported.includes(policy) ? [] : [notSupportedInOrder(field, policy, supported)];
}

/** Names, times and single values, in the server's order. */
function nameErrors(spec: DraftPodSpec, path: string): FieldError[] {
  const { serviceAccountName, nodeName, activeDeadlineSeconds: deadline } = spec;
  const { hostname, subdomain, priorityClassName, runtimeClassName, preemptionPolicy } = spec;
  const errors: FieldError[] = [];
  if (serviceAccountName) {
    errors.push(...dnsSubdomainErrors(serviceAccountName, `${path}.serviceAccountName`));
  }
  if (nodeName) errors.push(...dnsSubdomainErrors(nodeName, `${path}.nodeName`));
  if (typeof deadline === 'number' && (deadline < 1 || deadline > MAX_INT32)) {
    const why = `must be between 1 and ${MAX_INT32}, inclusive`;
    errors.push(invalid(`${path}.activeDeadlineSeconds`, deadline, why));
  }
  if (hostname) errors.push(...dnsLabelErrors(hostname, `${path}.hostname`));
  if (subdomain) errors.push(...dnsLabelErrors(subdomain, `${path}.subdomain`));
  errors.push(...tolerationsErrors(spec.tolerations ?? [], `${path}.tolerations`));
  errors.push(...hostAliasesErrors(spec.hostAliases ?? [], `${path}.hostAliases`));
  if (priorityClassName) {
    errors.push(...dnsSubdomainErrors(priorityClassName, `${path}.priorityClassName`));
  }
  if (typeof runtimeClassName === 'string') {
    errors.push(...dnsSubdomainErrors(runtimeClassName, `${path}.runtimeClassName`));
  }
  if (typeof preemptionPolicy === 'string') {
    const field = `${path}.preemptionPolicy`;
    const supported = ['PreemptLowerPriority', 'Never'];
    if (preemptionPolicy === '') errors.push(required(field));
    else if (!supported.includes(preemptionPolicy)) {
      errors.push(notSupportedInOrder(field, preemptionPolicy, supported));
    }
  }
  if (spec.overhead) {
    const limits = { limits: spec.overhead };
    errors.push(...containerResourceErrors(limits, new Set(), `${path}.overhead`));
  }
  return errors;
}

function hostUsersErrors(spec: DraftPodSpec, path: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const why = 'when `hostUsers` is false';
  const errors: FieldError[] = [];
  if (spec.hostNetwork === true) errors.push(forbidden(`${path}.hostNetwork`, why));
  if (spec.hostPID === true) errors.push(forbidden(`${path}.HostPID`, why));
  if (spec.hostIPC === true) errors.push(forbidden(`${path}.HostIPC`, why));
  for (const { container, path: field } of containersWithPaths(spec, path)) {
    if ((container.volumeDevices ?? []).length === 0) continue;
    errors.push(forbidden(`${field}.volumeDevices`, why));
  }
  return errors;
}

/** Files of environment variables come from an emptyDir of the pod. */
function fileKeyVolumeErrors(spec: DraftPodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const { container, path: field } of containersWithPaths(spec, path)) {
    (container.env ?? []).forEach(({ valueFrom }, index) => {
      if (!valueFrom?.fileKeyRef) return;
      const { volumeName = '' } = valueFrom.fileKeyRef;
      const place = `${field}.env[${index}].valueFrom.fileKeyRef.volumeName`;
      const volume = (spec.volumes ?? []).find(({ name }) => name === volumeName);
      if (volume === undefined) errors.push(notFound(place, volumeName));
      else if (!volume.emptyDir) {
        errors.push(invalid(place, volumeName, 'referenced volume must be of type emptyDir'));
      }
    });
  }
  return errors;
}

/** The pod's own resources: valid in themselves, and with room for the containers'. */
function podResourcesErrors(
  spec: DraftPodSpec,
  claimNames: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const resources = spec.resources;
  if (resources === undefined || resources === null) return [];
  if (spec.os?.name === 'windows') return [forbidden(path, 'may not be set for a windows pod')];
  const errors: FieldError[] = [];
  if (resources.claims !== undefined) {
    errors.push(forbidden(`${path}.claims`, 'claims may not be set for Resources at pod-level'));
  }
  errors.push(...podLevelResourceErrors(resources, claimNames, path));
  for (const side of ['requests', 'limits'] as const) {
    const aggregate = aggregateResources(spec, side);
    for (const name of Object.keys(aggregate).sort()) {
      const own = resources[side]?.[name];
      const sum = aggregate[name];
      if (side === 'limits' && !isHugePages(name)) continue;
      if (own === undefined || sum === undefined || !isQuantity(own)) continue;
      if (compareQuantities(sum, own) <= 0) continue;
      const bound = `container ${side} of ${canonicalQuantity(sum)}`;
      const why = `must be greater than or equal to aggregate ${bound}`;
      errors.push(invalid(`${path}.${side}[${name}]`, canonicalQuantity(own), why));
    }
  }
  (spec.containers ?? []).forEach((container, index) => {
    const limits = container.resources?.limits ?? {};
    for (const name of Object.keys(limits).sort()) {
      const own = resources.limits?.[name];
      const limit = limits[name];
      if (own === undefined || limit === undefined || !isQuantity(own)) continue;
      if (compareQuantities(limit, own) <= 0) continue;
      const why = `must be less than or equal to pod limits of ${canonicalQuantity(own)}`;
      const field = `${path}.containers[${index}][${name}].limits`;
      errors.push(invalid(field, canonicalQuantity(limit), why));
    }
  });
  return errors;
}
