/**
 * What has reached the nodes of services and their slices: one watch that all proxies share, and
 * the order of changes, so that each proxy can stand at its own point of it. Stands for the
 * informers of every kube-proxy; sharing one saves a cache a node and changes nothing.
 */
import type { Client, Informer } from '../client';
import { deepEqual } from '../api/deep-equal';
import { keyOf, objectKey } from '../api/object';
import type { EndpointSlice, Node, Service } from '../api/objects';
import { SERVICE_NAME_LABEL, ZONE_LABEL } from '../api/objects';
import { ServiceRecord } from './service-record';

const BY_SERVICE = 'service';

export interface ServiceChange {
  readonly key: string;
  /** undefined: the service is gone. */
  readonly record: ServiceRecord | undefined;
}

export class ServiceKnowledge {
  readonly services: Informer<Service>;
  readonly nodes: Informer<Node>;
  private readonly slices: Informer<EndpointSlice>;
  private readonly records = new Map<string, ServiceRecord>();
  private readonly changes: ServiceChange[] = [];
  private forgotten = 0;
  private readonly listeners: (() => void)[] = [];
  private readonly headlessListeners: ((service: string) => void)[] = [];
  /** The instant of the last change; -1 if there was none. */
  lastChangeAt = -1;

  constructor(private readonly client: Client) {
    this.services = client.informer('services');
    this.nodes = client.informer('nodes');
    this.slices = client.informer('endpointslices.discovery.k8s.io');
    this.slices.addIndex(BY_SERVICE, serviceKeyOf);
    this.services.addHandlers({
      added: (service) => this.changed(keyOf(service)),
      updated: (service, previous) => {
        if (service.spec !== previous.spec || service.status !== previous.status) {
          this.changed(keyOf(service));
        }
      },
      deleted: (service) => this.changed(keyOf(service)),
    });
    this.slices.addHandlers({
      added: (slice) => this.sliceChanged(slice, undefined),
      updated: (slice, previous) => this.sliceChanged(slice, previous),
      deleted: (slice) => this.sliceChanged(undefined, slice),
    });
    this.forgotten = this.changes.length;
    this.changes.length = 0;
    this.lastChangeAt = -1;
  }

  /** The service as it is known now. */
  record(key: string): ServiceRecord | undefined {
    return this.records.get(key);
  }

  all(): IterableIterator<[string, ServiceRecord]> {
    return this.records.entries();
  }

  zoneOf(nodeName: string): string | undefined {
    return this.nodes.byKey(nodeName)?.metadata.labels?.[ZONE_LABEL];
  }

  /** How many changes there were in all. */
  get position(): number {
    return this.forgotten + this.changes.length;
  }

  /** The changes from one position up to another. */
  between(from: number, to: number): readonly ServiceChange[] {
    return this.changes.slice(from - this.forgotten, to - this.forgotten);
  }

  /** Drops changes that every proxy has applied. */
  forgetBefore(position: number): void {
    const count = position - this.forgotten;
    if (count < 1000) return;
    this.changes.splice(0, count);
    this.forgotten = position;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Calls back with the key of a headless service that changed; proxies do not hear of those. */
  onHeadlessChange(listener: (service: string) => void): void {
    this.headlessListeners.push(listener);
  }

  private sliceChanged(
    slice: EndpointSlice | undefined,
    previous: EndpointSlice | undefined,
  ): void {
    const key = serviceKeyOf((slice ?? previous)!);
    if (key === undefined) return;
    if (
      slice !== undefined &&
      previous !== undefined &&
      deepEqual(slice.endpoints, previous.endpoints) &&
      deepEqual(slice.ports, previous.ports)
    ) {
      return;
    }
    this.changed(key);
  }

  private changed(key: string): void {
    const service = this.services.byKey(key);
    if (service === undefined) {
      const gone = this.records.get(key);
      if (gone === undefined) return;
      this.records.delete(key);
      if (isProxied(gone.service)) this.note({ key, record: undefined });
      return;
    }
    const slices = [...this.slices.byIndex(BY_SERVICE, key).values()];
    const record = new ServiceRecord(key, service, slices);
    const before = this.records.get(key);
    this.records.set(key, record);
    // Proxies do not look at headless services, and a change of one leads to no sync.
    if (isProxied(service) || (before !== undefined && isProxied(before.service))) {
      this.note({ key, record });
    } else for (const listener of this.headlessListeners) listener(key);
  }

  private note(change: ServiceChange): void {
    this.changes.push(change);
    this.lastChangeAt = this.client.clock.now;
    for (const listener of this.listeners) listener();
  }
}

const isProxied = ({ spec }: Service): boolean =>
  spec.type !== 'ExternalName' && spec.clusterIP !== 'None' && spec.clusterIP !== '';

function serviceKeyOf(slice: EndpointSlice): string | undefined {
  const { namespace, labels } = slice.metadata;
  const name = labels?.[SERVICE_NAME_LABEL];
  return name === undefined ? undefined : objectKey(namespace, name);
}
