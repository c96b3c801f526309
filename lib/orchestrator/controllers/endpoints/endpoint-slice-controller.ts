/**
 * Keeps EndpointSlices that name the pods behind each service with a selector. A sync looks only
 * at the pods that changed since the last one and at the slices that name them.
 * Leaves out the topology-mode annotation's zone allocator; `spec.trafficDistribution` is followed.
 */
import { keyOf, objectKey } from '../../api/object';
import type { EndpointSlice, Node, Pod, Service } from '../../api/objects';
import { SERVICE_NAME_LABEL } from '../../api/objects';
import { isApiStatusError } from '../../api/status-error';
import {
  controller,
  type Client,
  type EventRecorder,
  type Informer,
  type WorkQueue,
} from '../../client';
import { ConnectionError } from '../../client/connection-error';
import { changesEndpoint } from './endpoint-of-pod';
import { ServicePods } from './service-pods';
import { ServiceSync } from './service-sync';
import { MANAGED_BY_LABEL, SLICE_CONTROLLER } from './slice-labels';
import { SliceTracker } from './slice-tracker';

const BASE_DELAY_MS = 1000;
const MAX_RETRIES = 15;
/** The longest time that a write takes to come back through the watch when nothing is wrong. */
const USUAL_LAG_MS = 20;
const BY_SERVICE = 'service';

export const endpointSliceController = controller({
  name: 'endpointslice-controller',
  start({ client, queue, recorder }) {
    const process = new EndpointSliceProcess(client, recorder('endpoint-slice-controller'));
    process.start(
      queue({ name: 'endpointslice-controller', reconcile: (key) => process.reconcile(key) }),
    );
  },
});

class EndpointSliceProcess {
  private readonly services: Informer<Service>;
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly slices: Informer<EndpointSlice>;
  private readonly selected = new ServicePods();
  private readonly tracker = new SliceTracker();
  private readonly syncs = new Map<string, ServiceSync>();
  private readonly failures = new Map<string, number>();
  private queue!: WorkQueue;

  constructor(
    private readonly client: Client,
    private readonly recorder: EventRecorder,
  ) {
    this.services = client.informer('services');
    this.pods = client.informer('pods');
    this.nodes = client.informer('nodes');
    this.slices = client.informer('endpointslices.discovery.k8s.io');
    this.slices.addIndex(BY_SERVICE, serviceKeyOf);
  }

  start(queue: WorkQueue): void {
    this.queue = queue;
    this.services.addHandlers({
      added: (service) => this.serviceChanged(service),
      updated: (service) => this.serviceChanged(service),
      deleted: (service) => {
        this.selected.removeService(keyOf(service));
        queue.add(keyOf(service));
      },
    });
    this.pods.addHandlers({
      added: (pod) => this.podChanged(undefined, pod),
      updated: (pod, previous) => this.podChanged(previous, pod),
      deleted: (pod) => this.podChanged(pod, undefined),
    });
    this.slices.addHandlers({
      added: (slice) => this.sliceChanged(slice),
      updated: (slice) => this.sliceChanged(slice),
      deleted: (slice) => {
        const key = serviceKeyOf(slice);
        if (key !== undefined && !this.tracker.sawDeletion(key, slice)) queue.add(key);
      },
    });
  }

  reconcile(key: string): void {
    try {
      this.sync(key);
      this.failures.delete(key);
    } catch (error) {
      if (!isApiStatusError(error) && !(error instanceof ConnectionError)) throw error;
      this.syncs.get(key)?.startOver();
      const service = this.services.byKey(key);
      if (service !== undefined) this.report(service, error);
      this.retry(key);
    }
  }

  private sync(key: string): void {
    const service = this.services.byKey(key);
    if (service === undefined) {
      this.syncs.delete(key);
      this.tracker.forget(key);
      return;
    }
    if (service.spec.type === 'ExternalName' || service.spec.selector === undefined) return;
    const slices = [...this.slices.byIndex(BY_SERVICE, key).values()];
    if (this.tracker.isStale(key, slices)) {
      this.waitForCache(key);
      return;
    }
    const missingNode = this.syncOf(key).run(
      service,
      slices.filter((slice) => slice.metadata.deletionTimestamp === undefined),
      this.selected.podsOf(key),
    );
    if (missingNode !== undefined) {
      const problem = new Error(missingNode);
      this.report(service, problem);
      this.retry(key);
    }
  }

  /**
   * FIDELITY: upstream waits a second at once. This process hears of its own writes later than a
   * real one does, so a lag that is usual here is waited for first.
   */
  private waitForCache(key: string): void {
    const waited = this.client.clock.now - this.tracker.lastWrite(key);
    if (waited < USUAL_LAG_MS) this.queue.addAfter(key, USUAL_LAG_MS - waited);
    else this.retry(key);
  }

  private syncOf(key: string): ServiceSync {
    let sync = this.syncs.get(key);
    if (sync === undefined) {
      sync = new ServiceSync(key, this.client, this.nodes, this.tracker);
      this.syncs.set(key, sync);
    }
    return sync;
  }

  private report(service: Service, error: Error): void {
    const { namespace, name } = service.metadata;
    this.recorder.event(
      service,
      'Warning',
      'FailedToUpdateEndpointSlices',
      `Error updating Endpoint Slices for Service ${namespace}/${name}: ${error.message}`,
    );
  }

  /** 1 s, doubled with each failure; after 15 the service waits for its next change. */
  private retry(key: string): void {
    const failures = this.failures.get(key) ?? 0;
    if (failures >= MAX_RETRIES) {
      this.failures.delete(key);
      return;
    }
    this.failures.set(key, failures + 1);
    this.queue.addAfter(key, Math.min(BASE_DELAY_MS * 2 ** failures, 1_000_000));
  }

  private serviceChanged(service: Service): void {
    this.selected.setService(service);
    this.queue.add(keyOf(service));
  }

  private podChanged(previous: Pod | undefined, pod: Pod | undefined): void {
    const key = keyOf((pod ?? previous)!);
    const services = this.selected.setPod(key, previous, pod);
    if (services.length === 0 || !changesEndpoint(previous, pod)) return;
    for (const serviceKey of services) {
      this.syncOf(serviceKey).podChanged(key);
      this.queue.add(serviceKey);
    }
  }

  private sliceChanged(slice: EndpointSlice): void {
    const key = serviceKeyOf(slice);
    if (key !== undefined && this.tracker.isForeign(key, slice)) this.queue.add(key);
  }
}

/** The service that a slice of this controller belongs to. */
function serviceKeyOf(slice: EndpointSlice): string | undefined {
  const { namespace, labels } = slice.metadata;
  if (labels?.[MANAGED_BY_LABEL] !== SLICE_CONTROLLER) return undefined;
  const service = labels[SERVICE_NAME_LABEL];
  return service === undefined ? undefined : objectKey(namespace, service);
}
