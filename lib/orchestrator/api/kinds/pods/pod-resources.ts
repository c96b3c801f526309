/**
 * Sums of the containers' resources and what follows for a pod's own `resources`, as
 * component-helpers' resource package computes them for defaulting and validation.
 */
import { addQuantities, compareQuantities } from '../../quantity';
import type {
  DraftContainer,
  DraftPodSpec,
  DraftResourceList,
  DraftResources,
} from './pod-spec-draft';
import { isSidecar } from './pod-spec-draft';

type Quantities = Record<string, string | number>;

/** What the containers together request (or, with 'limits', are limited to), init phases included. */
export function aggregateResources(spec: DraftPodSpec, side: 'requests' | 'limits'): Quantities {
  const total: Quantities = {};
  for (const container of spec.containers ?? []) add(total, listOf(container, side));
  const sidecars: Quantities = {};
  const initMax: Quantities = {};
  for (const container of spec.initContainers ?? []) {
    const own = listOf(container, side);
    const needed: Quantities = { ...own };
    if (isSidecar(container)) {
      add(total, own);
      add(sidecars, own);
      atLeast(initMax, sidecars);
    } else {
      add(needed, sidecars);
      atLeast(initMax, needed);
    }
  }
  atLeast(total, initMax);
  return total;
}

export const isHugePages = (resource: string): boolean => resource.startsWith('hugepages-');

/** The resources that may be given for a whole pod. */
export const isPodLevelResource = (resource: string): boolean =>
  resource === 'cpu' || resource === 'memory' || isHugePages(resource);

/** A pod's own resources with the defaults that follow from the containers' and its limits. */
export function defaultedPodResources(spec: DraftPodSpec): DraftResources | undefined {
  const resources = spec.resources;
  if (resources === undefined || resources === null) return resources;
  const limits = defaultedHugePageLimits(spec, resources);
  if (Object.keys(limits).length === 0) return resources;
  const requests: Quantities = { ...resources.requests };
  const aggregate = aggregateResources(spec, 'requests');
  for (const name of Object.keys(aggregate)) {
    if (requests[name] === undefined && (name === 'cpu' || name === 'memory')) {
      requests[name] = aggregate[name] as string;
    }
  }
  for (const name of Object.keys(limits)) {
    if (requests[name] === undefined && isPodLevelResource(name)) {
      requests[name] = limits[name] as string;
    }
  }
  const hasRequests = Object.keys(requests).length > 0;
  return { ...resources, limits, ...(hasRequests ? { requests } : {}) };
}

function defaultedHugePageLimits(spec: DraftPodSpec, resources: DraftResources): DraftResourceList {
  const limits: Quantities = { ...resources.limits };
  const nothingGiven =
    Object.keys(limits).length === 0 && Object.keys(resources.requests ?? {}).length === 0;
  if (nothingGiven) return limits;
  const aggregate = aggregateResources(spec, 'limits');
  for (const name of Object.keys(aggregate)) {
    if (!isHugePages(name) || resources.requests?.[name] !== undefined) continue;
    limits[name] ??= aggregate[name] as string;
  }
  return limits;
}

const listOf = (container: DraftContainer, side: 'requests' | 'limits'): DraftResourceList =>
  container.resources?.[side] ?? {};

function add(total: Quantities, list: DraftResourceList): void {
  for (const name in list) {
    const value = list[name] as string | number;
    const before = total[name];
    total[name] = before === undefined ? value : addQuantities(before, value);
  }
}

function atLeast(total: Quantities, list: DraftResourceList): void {
  for (const name in list) {
    const value = list[name] as string | number;
    const before = total[name];
    if (before === undefined || compareQuantities(before, value) < 0) total[name] = value;
  }
}
