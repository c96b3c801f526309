/**
 * Defaulting of pod specs, as core/v1 does it for pods and for templates. Pure: results are
 * remembered by the spec's identity, for controllers create many pods from one frozen template.
 */
import { defaultedResourceList, defaultedResources } from '../fields/resource-list';
import { mapSame, withFields } from '../fields/structural-sharing';
import { defaultedVolume } from '../volumes/volume-defaults';
import { withDownwardDefaults } from './downward-api';
import { pullPolicyOf } from './image-reference';
import { defaultedPodResources } from './pod-resources';
import type {
  DraftContainer,
  DraftEnvVar,
  DraftHandler,
  DraftPodSpec,
  DraftPodTemplate,
  DraftProbe,
  DraftResources,
} from './pod-spec-draft';

const specs = new WeakMap<DraftPodSpec, DraftPodSpec>();
const podOnly = new WeakMap<DraftPodSpec, DraftPodSpec>();

/** A spec with the defaults that templates get, too. */
export function defaultedPodSpec(spec: DraftPodSpec): DraftPodSpec {
  const known = specs.get(spec);
  if (known !== undefined) return known;
  const result = withFields(spec, {
    volumes: mapSame(spec.volumes, defaultedVolume),
    initContainers: mapSame(spec.initContainers, defaultedContainer),
    containers: mapSame(spec.containers, defaultedContainer),
    ephemeralContainers: mapSame(spec.ephemeralContainers, defaultedContainer),
    overhead: spec.overhead && defaultedResourceList(spec.overhead),
    resources: spec.resources && defaultedResources(spec.resources),
    dnsPolicy: spec.dnsPolicy || 'ClusterFirst',
    restartPolicy: spec.restartPolicy || 'Always',
    securityContext: spec.securityContext ?? {},
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    schedulerName: spec.schedulerName || 'default-scheduler',
    // The deprecated name of the same field is always written beside it.
    serviceAccount: spec.serviceAccountName || spec.serviceAccount,
    serviceAccountName: spec.serviceAccountName || spec.serviceAccount,
  });
  specs.set(spec, result);
  specs.set(result, result);
  return result;
}

/** A spec with the defaults that pods alone get: requests from limits, service links, host ports. */
export function defaultedPod(spec: DraftPodSpec): DraftPodSpec {
  const known = podOnly.get(spec);
  if (known !== undefined) return known;
  const base = defaultedPodSpec(spec);
  const forPod = (container: DraftContainer): DraftContainer =>
    withFields(container, {
      resources: requestsFromLimits(container.resources),
      ports: base.hostNetwork === true ? hostPorts(container) : container.ports,
    });
  const withRequests = withFields(base, {
    containers: mapSame(base.containers, forPod),
    initContainers: mapSame(base.initContainers, forPod),
    enableServiceLinks: base.enableServiceLinks ?? true,
    // A negative grace period is stored as the shortest there is.
    terminationGracePeriodSeconds: (base.terminationGracePeriodSeconds ?? 0) < 0 ? 1 : undefined,
  });
  const result = withFields(withRequests, { resources: defaultedPodResources(withRequests) });
  podOnly.set(spec, result);
  podOnly.set(result, result);
  return result;
}

/** A pod template with defaults; labels and all stay as they are. */
export function defaultedTemplate(template: DraftPodTemplate | undefined): DraftPodTemplate {
  const given = template ?? {};
  return withFields(given, {
    metadata: given.metadata ?? {},
    spec: defaultedPodSpec(given.spec ?? {}),
  });
}

function defaultedContainer(given: DraftContainer): DraftContainer {
  const container = withoutStopSignal(given);
  return withFields(container, {
    ports: mapSame(container.ports, (port) =>
      withFields(port, { protocol: port.protocol || 'TCP' }),
    ),
    env: mapSame(container.env, defaultedEnvVar),
    resources: container.resources ? defaultedResources(container.resources) : {},
    livenessProbe: container.livenessProbe && defaultedProbe(container.livenessProbe),
    readinessProbe: container.readinessProbe && defaultedProbe(container.readinessProbe),
    startupProbe: container.startupProbe && defaultedProbe(container.startupProbe),
    lifecycle:
      container.lifecycle &&
      withFields(container.lifecycle, {
        postStart: container.lifecycle.postStart && defaultedHandler(container.lifecycle.postStart),
        preStop: container.lifecycle.preStop && defaultedHandler(container.lifecycle.preStop),
      }),
    imagePullPolicy: container.imagePullPolicy || pullPolicyOf(container.image ?? ''),
    terminationMessagePath: container.terminationMessagePath || '/dev/termination-log',
    terminationMessagePolicy: container.terminationMessagePolicy || 'File',
  });
}

/** The gate ContainerStopSignals is off in 1.36: the server drops the field. */
function withoutStopSignal(container: DraftContainer): DraftContainer {
  if (container.lifecycle?.stopSignal === undefined) return container;
  const { lifecycle, ...rest } = container;
  const { stopSignal: _, ...hooks } = lifecycle;
  return Object.keys(hooks).length === 0 ? rest : { ...rest, lifecycle: hooks };
}

function defaultedEnvVar(variable: DraftEnvVar): DraftEnvVar {
  const source = variable.valueFrom;
  if (source === undefined || source === null) return variable;
  const { fileKeyRef } = source;
  const valueFrom = fileKeyRef
    ? { ...source, fileKeyRef: withFields(fileKeyRef, { optional: fileKeyRef.optional ?? false }) }
    : source;
  return withFields(variable, { valueFrom: withDownwardDefaults(valueFrom) });
}

function defaultedProbe(probe: DraftProbe): DraftProbe {
  return withFields(defaultedHandler(probe), {
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  });
}

function defaultedHandler<T extends DraftHandler>(handler: T): T {
  const { httpGet, grpc } = handler;
  const fields: DraftHandler = {
    httpGet:
      httpGet &&
      withFields(httpGet, { path: httpGet.path || '/', scheme: httpGet.scheme || 'HTTP' }),
    grpc: grpc && withFields(grpc, { service: grpc.service ?? '' }),
  };
  return withFields(handler, fields as Partial<T>);
}

function requestsFromLimits(resources: DraftResources | undefined): DraftResources | undefined {
  const limits = resources?.limits;
  if (resources === undefined || limits === undefined || limits === null) return resources;
  const missing = Object.keys(limits).filter((name) => resources.requests?.[name] === undefined);
  if (missing.length === 0) return resources;
  const requests: Record<string, string | number> = { ...resources.requests };
  for (const name of missing) requests[name] = limits[name] as string | number;
  return { ...resources, requests };
}

const hostPorts = (container: DraftContainer): DraftContainer['ports'] =>
  mapSame(container.ports, (port) =>
    withFields(port, { hostPort: port.hostPort || port.containerPort }),
  );
