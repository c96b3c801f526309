/**
 * Which endpoint goes into which slice: what is placed stays where it is, new endpoints fill the
 * slices that change anyway, then one that has room, then new ones. Stands for the port-mapping
 * reconciler of k8s.io/endpointslice; where that takes endpoints in random order, here they come
 * in the order in which their pods changed.
 */
import { deepEqual } from '../../api/deep-equal';
import { splitKey } from '../../api/object';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/objects';
import { keyOfPorts, type DesiredEndpoint } from './endpoint-of-pod';

export const MAX_ENDPOINTS_PER_SLICE = 100;

/** A slice to be written: a new one, or an existing one with other content. */
export interface SliceDraft {
  readonly slice: EndpointSlice | undefined;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Endpoint[];
}

export interface SlicePlan {
  readonly creates: SliceDraft[];
  readonly updates: SliceDraft[];
  readonly deletes: EndpointSlice[];
}

interface Known {
  readonly slice: EndpointSlice;
  readonly portsKey: string;
}

interface Newcomers {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Endpoint[];
}

/** The slices of one service and address family, and where each pod is in them. */
export class SlicePacking {
  private slices = new Map<string, Known>();
  private readonly placed = new Map<string, string>();
  private hasStrays = false;

  /** Whether these are the slices that are known already. */
  isCurrent(existing: readonly EndpointSlice[]): boolean {
    if (existing.length !== this.slices.size) return false;
    for (const { metadata } of existing) {
      const known = this.slices.get(metadata.name);
      if (known?.slice.metadata.resourceVersion !== metadata.resourceVersion) return false;
    }
    return true;
  }

  /** Takes the slices as they are; returns the keys of all pods that they name. */
  load(existing: readonly EndpointSlice[]): Iterable<string> {
    this.slices = new Map();
    this.placed.clear();
    let count = 0;
    for (const slice of existing) {
      this.wrote(slice);
      count += slice.endpoints?.length ?? 0;
    }
    this.hasStrays = count !== this.placed.size;
    return [...this.placed.keys()];
  }

  /** Takes a slice as it was written. */
  wrote(slice: EndpointSlice): void {
    this.slices.set(slice.metadata.name, { slice, portsKey: keyOfPorts(slice.ports) });
    for (const endpoint of slice.endpoints ?? []) {
      const key = podKeyOf(endpoint);
      if (key !== undefined) this.placed.set(key, slice.metadata.name);
    }
  }

  deleted(slice: EndpointSlice): void {
    this.slices.delete(slice.metadata.name);
  }

  /**
   * What to write so that the pods that changed are where they should be.
   * @param changed the endpoint that each changed pod should have, undefined for none
   * @param relabelled slices that are to be written even if their endpoints stay
   */
  plan(
    changed: ReadonlyMap<string, DesiredEndpoint | undefined>,
    relabelled: readonly EndpointSlice[],
  ): SlicePlan {
    const edits = new Map<string, SliceDraft>();
    for (const slice of relabelled) this.edit(edits, slice.metadata.name);
    if (this.hasStrays) this.dropStrays(edits);
    this.hasStrays = false;
    const newcomers = this.settle(edits, changed);
    const plan: SlicePlan = { creates: [], updates: [], deletes: [] };
    for (const [name, { slice }] of this.slices) {
      const edited = edits.get(name);
      if ((edited?.endpoints ?? slice.endpoints ?? []).length > 0) continue;
      plan.deletes.push(slice);
      edits.delete(name);
    }
    for (const [portsKey, group] of newcomers) this.place(plan, edits, portsKey, group);
    plan.updates.push(...edits.values());
    this.keepOne(plan);
    return reuseDeleted(plan);
  }

  /** Takes out the endpoints that are gone, replaces those that changed; returns the new ones. */
  private settle(
    edits: Map<string, SliceDraft>,
    changed: ReadonlyMap<string, DesiredEndpoint | undefined>,
  ): Map<string, Newcomers> {
    const newcomers = new Map<string, Newcomers>();
    for (const [key, desired] of changed) {
      if (this.keep(edits, key, desired) || desired === undefined) continue;
      const group = newcomers.get(desired.portsKey);
      if (group !== undefined) group.endpoints.push(desired.endpoint);
      else {
        newcomers.set(desired.portsKey, { ports: desired.ports, endpoints: [desired.endpoint] });
      }
    }
    return newcomers;
  }

  /** Settles a pod in the slice that it is in; false if it is in none where it may stay. */
  private keep(
    edits: Map<string, SliceDraft>,
    key: string,
    desired: DesiredEndpoint | undefined,
  ): boolean {
    const name = this.placed.get(key);
    const known = name === undefined ? undefined : this.slices.get(name);
    if (name === undefined || known === undefined) return false;
    const endpoints = edits.get(name)?.endpoints ?? known.slice.endpoints ?? [];
    const podName = splitKey(key).name;
    const index = endpoints.findIndex(({ targetRef }) => targetRef?.name === podName);
    if (index < 0) return false;
    const current = endpoints[index]!;
    const stays =
      desired !== undefined &&
      desired.portsKey === known.portsKey &&
      isSameEndpoint(current, desired.endpoint);
    if (stays && deepEqual(current, desired.endpoint)) return true;
    const draft = this.edit(edits, name);
    if (stays) draft.endpoints[index] = desired.endpoint;
    else {
      draft.endpoints.splice(index, 1);
      this.placed.delete(key);
    }
    return stays;
  }

  /** Endpoints that no pod stands for, or that stand in two slices, do not belong there. */
  private dropStrays(edits: Map<string, SliceDraft>): void {
    for (const [name, { slice }] of this.slices) {
      const isStray = (endpoint: Endpoint): boolean =>
        this.placed.get(podKeyOf(endpoint) ?? '') !== name;
      if (!(slice.endpoints ?? []).some(isStray)) continue;
      const draft = this.edit(edits, name);
      for (let i = draft.endpoints.length - 1; i >= 0; i--) {
        if (isStray(draft.endpoints[i]!)) draft.endpoints.splice(i, 1);
      }
    }
  }

  private edit(edits: Map<string, SliceDraft>, name: string): SliceDraft {
    let draft = edits.get(name);
    if (draft === undefined) {
      const { slice } = this.slices.get(name)!;
      draft = { slice, ports: slice.ports ?? [], endpoints: [...(slice.endpoints ?? [])] };
      edits.set(name, draft);
    }
    return draft;
  }

  private place(
    plan: SlicePlan,
    edits: Map<string, SliceDraft>,
    portsKey: string,
    { ports, endpoints }: Newcomers,
  ): void {
    const mine = (name: string): boolean => this.slices.get(name)!.portsKey === portsKey;
    const changing = [...edits].filter(([name]) => mine(name)).map(([, draft]) => draft);
    changing.sort((a, b) => b.endpoints.length - a.endpoints.length);
    let next = 0;
    const fill = (draft: SliceDraft): void => {
      while (next < endpoints.length && draft.endpoints.length < MAX_ENDPOINTS_PER_SLICE) {
        draft.endpoints.push(endpoints[next++]!);
      }
    };
    for (const draft of changing) fill(draft);
    while (next < endpoints.length) {
      const room = this.roomFor(plan, edits, portsKey, endpoints.length - next);
      if (room !== undefined) fill(this.edit(edits, room));
      else {
        const draft: SliceDraft = { slice: undefined, ports, endpoints: [] };
        plan.creates.push(draft);
        fill(draft);
      }
    }
  }

  /** The fullest unchanged slice that can take all that is left. */
  private roomFor(
    plan: SlicePlan,
    edits: ReadonlyMap<string, SliceDraft>,
    portsKey: string,
    count: number,
  ): string | undefined {
    if (count >= MAX_ENDPOINTS_PER_SLICE) return undefined;
    let best: string | undefined;
    let most = -1;
    for (const [name, known] of this.slices) {
      const size = known.slice.endpoints?.length ?? 0;
      if (known.portsKey !== portsKey || edits.has(name) || size === 0) continue;
      if (size + count > MAX_ENDPOINTS_PER_SLICE || size <= most) continue;
      if (plan.deletes.includes(known.slice)) continue;
      [best, most] = [name, size];
    }
    return best;
  }

  /**
   * A service always has a slice, be it an empty one without ports.
   * FIDELITY: its endpoints and ports are empty lists; a real server shows them as null.
   */
  private keepOne(plan: SlicePlan): void {
    if (plan.creates.length > 0 || plan.deletes.length < this.slices.size) return;
    const [only] = plan.deletes;
    const isPlaceholder =
      only !== undefined && (only.endpoints ?? []).length === 0 && keyOfPorts(only.ports) === '';
    if (plan.deletes.length === 1 && isPlaceholder) plan.deletes.pop();
    else plan.creates.push({ slice: undefined, ports: [], endpoints: [] });
  }
}

/** A slice that would go and one that would come are one write: the old one gets the new content. */
function reuseDeleted(plan: SlicePlan): SlicePlan {
  while (plan.creates.length > 0 && plan.deletes.length > 0) {
    const { ports, endpoints } = plan.creates.pop()!;
    plan.updates.push({ slice: plan.deletes.shift()!, ports, endpoints });
  }
  return plan;
}

const isSameEndpoint = (a: Endpoint, b: Endpoint): boolean =>
  a.hostname === b.hostname &&
  a.addresses.length === b.addresses.length &&
  a.addresses.every((address, index) => address === b.addresses[index]);

function podKeyOf({ targetRef }: Endpoint): string | undefined {
  if (targetRef?.kind !== 'Pod') return undefined;
  return `${targetRef.namespace}/${targetRef.name}`;
}
