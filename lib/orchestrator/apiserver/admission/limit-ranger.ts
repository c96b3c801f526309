/** LimitRanger: default requests and limits of a namespace, and its bounds. */
import { milliValue } from '../../api/quantity';
import type { Container, LimitRange, PodSpec, ResourceList } from '../../api/objects';
import { forbiddenError } from '../../api/status-error';
import type { Draft } from '../../api/kind';
import type { AdmissionContext, AdmissionRequest, AdmissionStep } from './admission';

type Item = LimitRange['spec']['limits'][number];

export const limitRanger: AdmissionStep = {
  name: 'LimitRanger',
  resources: ['pods', 'persistentvolumeclaims'],
  verbs: ['create'],
  mutate(request, server) {
    if (request.kind.kind !== 'Pod') return;
    for (const range of rangesOf(request, server)) applyDefaults(request.draft!, range);
  },
  validate(request, server) {
    const errors: string[] = [];
    for (const range of rangesOf(request, server)) {
      for (const item of range.spec.limits) {
        if (request.kind.kind === 'Pod') errors.push(...podErrors(request.draft!, item));
        else if (item.type === 'PersistentVolumeClaim') errors.push(...claimErrors(request, item));
      }
    }
    if (errors.length === 0) return;
    const text = errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`;
    const resource = request.kind.plural;
    throw forbiddenError({ group: request.kind.group, resource }, request.name, text);
  },
};

function rangesOf(request: AdmissionRequest, server: AdmissionContext): LimitRange[] {
  const found: LimitRange[] = [];
  for (const object of server.store.objects('limitranges').values()) {
    if (object.metadata.namespace === request.namespace) found.push(object as LimitRange);
  }
  return found.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function applyDefaults(draft: Draft, range: LimitRange): void {
  const limits: Record<string, string> = {};
  const requests: Record<string, string> = {};
  for (const item of range.spec.limits) {
    if (item.type !== 'Container') continue;
    Object.assign(limits, item.default);
    Object.assign(requests, item.defaultRequest);
  }
  const notes: string[] = [];
  const fill = (container: Container, what: string): Container => {
    const filled = { ...container.resources };
    const setRequests = merge(filled.requests, requests);
    const setLimits = merge(filled.limits, limits);
    if (setRequests.added.length === 0 && setLimits.added.length === 0) return container;
    if (setRequests.added.length > 0) {
      notes.push(`${setRequests.added.join(', ')} request for ${what} ${container.name}`);
    }
    if (setLimits.added.length > 0) {
      notes.push(`${setLimits.added.join(', ')} limit for ${what} ${container.name}`);
    }
    return {
      ...container,
      resources: { ...filled, requests: setRequests.list, limits: setLimits.list },
    };
  };
  const spec = draft['spec'] as PodSpec;
  const containers = spec.containers.map((c) => fill(c, 'container'));
  const initContainers = spec.initContainers?.map((c) => fill(c, 'init container'));
  if (notes.length === 0) return;
  draft['spec'] = { ...spec, containers, ...(initContainers ? { initContainers } : {}) };
  draft.metadata['annotations'] = {
    ...(draft.metadata['annotations'] as object | undefined),
    'kubernetes.io/limit-ranger': `LimitRanger plugin set: ${notes.join('; ')}`,
  };
}

function merge(
  given: ResourceList | undefined,
  defaults: Readonly<Record<string, string>>,
): { list: Record<string, string>; added: string[] } {
  const list = { ...given };
  const added = Object.keys(defaults)
    .filter((name) => list[name] === undefined)
    .sort();
  for (const name of added) list[name] = defaults[name]!;
  return { list, added };
}

function podErrors(draft: Draft, item: Item): string[] {
  const spec = draft['spec'] as PodSpec;
  if (item.type === 'Container') {
    return [...spec.containers, ...(spec.initContainers ?? [])].flatMap((container) =>
      bounds(item, container.resources?.requests ?? {}, container.resources?.limits ?? {}),
    );
  }
  if (item.type !== 'Pod') return [];
  return bounds(item, total(spec, 'requests'), total(spec, 'limits'));
}

function claimErrors(request: AdmissionRequest, item: Item): string[] {
  const spec = request.draft!['spec'] as { resources?: { requests?: ResourceList } };
  return bounds(item, spec.resources?.requests ?? {}, {});
}

function total(spec: PodSpec, kind: 'requests' | 'limits'): ResourceList {
  const sum: Record<string, number> = {};
  for (const container of spec.containers) {
    for (const [name, value] of Object.entries(container.resources?.[kind] ?? {})) {
      sum[name] = (sum[name] ?? 0) + milliValue(value);
    }
  }
  return Object.fromEntries(Object.entries(sum).map(([name, milli]) => [name, `${milli}m`]));
}

/** Min, max and ratio of one item, each in the resource's alphabetical order. */
function bounds(item: Item, requests: ResourceList, limits: ResourceList): string[] {
  const errors: string[] = [];
  for (const [resource, least] of sorted(item.min)) {
    const request = requests[resource];
    const limit = limits[resource];
    if (request === undefined) {
      errors.push(
        `minimum ${resource} usage per ${item.type} is ${least}.  No request is specified`,
      );
    } else if (milliValue(request) < milliValue(least)) {
      errors.push(
        `minimum ${resource} usage per ${item.type} is ${least}, but request is ${request}`,
      );
    } else if (limit !== undefined && milliValue(limit) < milliValue(least)) {
      errors.push(`minimum ${resource} usage per ${item.type} is ${least}, but limit is ${limit}`);
    }
  }
  for (const [resource, most] of sorted(item.max)) {
    const request = requests[resource];
    const limit = limits[resource];
    if (limit === undefined && item.type !== 'PersistentVolumeClaim') {
      errors.push(`maximum ${resource} usage per ${item.type} is ${most}.  No limit is specified`);
    } else if (limit !== undefined && milliValue(limit) > milliValue(most)) {
      errors.push(`maximum ${resource} usage per ${item.type} is ${most}, but limit is ${limit}`);
    } else if (request !== undefined && milliValue(request) > milliValue(most)) {
      errors.push(
        `maximum ${resource} usage per ${item.type} is ${most}, but request is ${request}`,
      );
    }
  }
  for (const [resource, ratio] of sorted(item.maxLimitRequestRatio)) {
    const request = requests[resource];
    const limit = limits[resource];
    if (request === undefined || limit === undefined || milliValue(request) === 0) continue;
    const found = milliValue(limit) / milliValue(request);
    if (found * 1000 > milliValue(ratio)) {
      errors.push(
        `${resource} max limit to request ratio per ${item.type} is ${ratio}, ` +
          `but provided ratio is ${found.toFixed(6)}`,
      );
    }
  }
  return errors;
}

const sorted = (list: ResourceList | undefined): [string, string][] =>
  Object.entries(list ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
