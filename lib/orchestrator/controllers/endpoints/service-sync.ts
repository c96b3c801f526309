/**
 * Brings the slices of one service to what its pods are. Remembers where each pod is placed, so a
 * sync costs the pods that changed and the slices that name them; starts over from the cache
 * whenever the service or a slice is not what it was.
 */
import { deepEqual } from '../../api/deep-equal';
import { controllerOf, controllerReference } from '../../api/object';
import type { EndpointSlice, Node, Pod, Service } from '../../api/objects';
import type { Client, Informer } from '../../client';
import {
  belongsInSlices,
  endpointOfPod,
  type AddressType,
  type DesiredEndpoint,
} from './endpoint-of-pod';
import { sliceLabels } from './slice-labels';
import { SlicePacking, type SliceDraft, type SlicePlan } from './slice-packing';
import type { SliceTracker } from './slice-tracker';
import { TRIGGER_TIME_ANNOTATION, TriggerTimes } from './trigger-times';

const RESOURCE = 'endpointslices.discovery.k8s.io';

export class ServiceSync {
  private changed = new Set<string>();
  private service: Service | undefined;
  private readonly families = new Map<AddressType, SlicePacking>();
  private readonly triggerTimes = new TriggerTimes();

  constructor(
    private readonly key: string,
    private readonly client: Client,
    private readonly nodes: Informer<Node>,
    private readonly tracker: SliceTracker,
  ) {}

  podChanged(key: string): void {
    this.changed.add(key);
  }

  /** Forgets what it knows: something went wrong, or another wrote. */
  startOver(): void {
    this.service = undefined;
  }

  /** @returns what is wrong, if a pod is left out because its node is not there. */
  run(
    service: Service,
    slices: readonly EndpointSlice[],
    pods: ReadonlyMap<string, Pod>,
  ): string | undefined {
    const everything = this.service !== service;
    this.service = service;
    const wanted = familiesOf(service);
    const changed = this.changed;
    this.changed = new Set();
    if (everything) for (const key of pods.keys()) changed.add(key);
    const time = this.triggerTimes.next(service, withPods(changed, pods));
    let problem: string | undefined;
    for (const family of wanted) {
      const existing = slices.filter((slice) => slice.addressType === family);
      const mine = existing.filter((slice) => controllerOf(slice)?.uid === service.metadata.uid);
      const packing = this.packing(family);
      const keys = new Set(changed);
      if (everything || !packing.isCurrent(mine)) {
        for (const key of packing.load(mine)) keys.add(key);
        for (const key of pods.keys()) keys.add(key);
      }
      const desired = new Map<string, DesiredEndpoint | undefined>();
      for (const key of keys) {
        const pod = pods.get(key);
        const missing = this.missingNode(service, pod);
        problem ??= missing;
        desired.set(key, missing === undefined ? this.endpoint(service, pod, family) : undefined);
      }
      const labels = sliceLabels(service);
      const relabelled = everything
        ? mine.filter((slice) => !deepEqual(slice.metadata.labels, labels))
        : [];
      const plan = packing.plan(desired, relabelled);
      plan.deletes.push(...existing.filter((slice) => !mine.includes(slice)));
      this.write(service, family, plan, time);
    }
    for (const slice of slices) {
      if (!wanted.includes(slice.addressType as AddressType)) this.remove(slice);
    }
    if (problem !== undefined) this.startOver();
    return problem;
  }

  private packing(family: AddressType): SlicePacking {
    let packing = this.families.get(family);
    if (packing === undefined) this.families.set(family, (packing = new SlicePacking()));
    return packing;
  }

  private missingNode(service: Service, pod: Pod | undefined): string | undefined {
    if (pod === undefined || !belongsInSlices(pod)) return undefined;
    if (service.spec.publishNotReadyAddresses === true) return undefined;
    const node = pod.spec.nodeName ?? '';
    if (this.nodes.byKey(node) !== undefined) return undefined;
    const { namespace, name } = pod.metadata;
    return `skipping Pod ${name} for Service ${namespace}/${service.metadata.name}: Node ${node} Not Found`;
  }

  private endpoint(
    service: Service,
    pod: Pod | undefined,
    family: AddressType,
  ): DesiredEndpoint | undefined {
    if (pod === undefined || !belongsInSlices(pod)) return undefined;
    return endpointOfPod(service, pod, this.nodes.byKey(pod.spec.nodeName ?? ''), family);
  }

  private write(service: Service, family: AddressType, plan: SlicePlan, time: string): void {
    const packing = this.packing(family);
    if (service.metadata.deletionTimestamp === undefined) {
      for (const draft of plan.creates)
        this.wrote(packing, this.create(service, family, draft, time));
    }
    for (const draft of plan.updates) this.wrote(packing, this.update(service, draft, time));
    for (const slice of plan.deletes) {
      this.remove(slice);
      packing.deleted(slice);
    }
  }

  private create(
    service: Service,
    addressType: AddressType,
    { ports, endpoints }: SliceDraft,
    time: string,
  ): EndpointSlice {
    const { namespace, name } = service.metadata;
    return this.client.create<EndpointSlice>(RESOURCE, namespace, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: `${name}-`,
        namespace,
        labels: sliceLabels(service),
        ...(time === '' ? {} : { annotations: { [TRIGGER_TIME_ANNOTATION]: time } }),
        ownerReferences: [controllerReference(service)],
      },
      addressType,
      endpoints,
      ports,
    });
  }

  private update(service: Service, draft: SliceDraft, time: string): EndpointSlice {
    const slice = draft.slice!;
    const { [TRIGGER_TIME_ANNOTATION]: _, ...rest } = slice.metadata.annotations ?? {};
    const annotations = time === '' ? rest : { ...rest, [TRIGGER_TIME_ANNOTATION]: time };
    const { annotations: __, ...metadata } = slice.metadata;
    return this.client.update<EndpointSlice>(RESOURCE, {
      ...slice,
      metadata: {
        ...metadata,
        labels: sliceLabels(service),
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      },
      endpoints: draft.endpoints,
      ports: draft.ports,
    });
  }

  private wrote(packing: SlicePacking, slice: EndpointSlice): void {
    this.tracker.wrote(this.key, slice, this.client.clock.now);
    packing.wrote(slice);
  }

  private remove(slice: EndpointSlice): void {
    this.client.delete(RESOURCE, slice.metadata.namespace, slice.metadata.name);
    this.tracker.deleting(this.key, slice, this.client.clock.now);
  }
}

/** The families that a service's slices are of; a headless one without any gets IPv4. */
function familiesOf(service: Service): readonly AddressType[] {
  const families = service.spec.ipFamilies as readonly AddressType[] | undefined;
  return families === undefined || families.length === 0 ? ['IPv4'] : families;
}

function* withPods(
  keys: Iterable<string>,
  pods: ReadonlyMap<string, Pod>,
): Generator<readonly [string, Pod | undefined]> {
  for (const key of keys) yield [key, pods.get(key)];
}
