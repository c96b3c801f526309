/**
 * Writes the Endpoints object (core/v1, deprecated) of each service with a selector, for those who
 * still read it; proxies go by EndpointSlices.
 * FIDELITY: Endpoints that people write for a service without a selector are not mirrored to slices.
 */
import { deepEqual } from '../../api/deep-equal';
import { keyOf, type KubeObject, type StringMap } from '../../api/object';
import type { EndpointPort, Pod, Service } from '../../api/objects';
import { isPodReady } from '../../api/objects';
import { isNotFound } from '../../api/status-error';
import { controller, type Client, type Informer } from '../../client';
import { belongsInSlices, changesEndpoint, keyOfPorts, portsOf } from './endpoint-of-pod';
import { inEndpointsOrder } from './port-order';
import { ServicePods } from './service-pods';
import { TRIGGER_TIME_ANNOTATION, TriggerTimes } from './trigger-times';

const MAX_ADDRESSES = 1000;
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const HEADLESS = 'service.kubernetes.io/headless';

/**
 * FIDELITY: upstream writes on every change. Each write costs all of the object's addresses and
 * nothing in the cluster waits for it, so above 100 addresses it comes later: 5 ms for each.
 */
const MANY_ADDRESSES = 100;
const DELAY_PER_ADDRESS_MS = 5;

interface Address {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef: { kind: 'Pod'; namespace: string; name: string; uid: string };
}

interface Subset {
  addresses?: Address[];
  notReadyAddresses?: Address[];
  ports?: readonly EndpointPort[];
}

export interface Endpoints extends KubeObject {
  readonly kind: 'Endpoints';
  readonly subsets?: readonly Subset[];
}

export const endpointsController = controller({
  name: 'endpoints-controller',
  start({ client, queue }) {
    const services = client.informer<Service>('services');
    const selected = new ServicePods();
    const mirror = new EndpointsMirror(client, services, selected);
    const work = queue({ name: 'endpoints-controller', reconcile: (key) => mirror.sync(key) });
    const add = (key: string): void => {
      const { size } = selected.podsOf(key);
      if (size > MANY_ADDRESSES) work.addAfter(key, size * DELAY_PER_ADDRESS_MS);
      else work.add(key);
    };
    services.addHandlers({
      added: (service) => {
        selected.setService(service);
        add(keyOf(service));
      },
      updated: (service) => {
        selected.setService(service);
        add(keyOf(service));
      },
      deleted: (service) => {
        selected.removeService(keyOf(service));
        work.add(keyOf(service));
      },
    });
    const podChanged = (previous: Pod | undefined, pod: Pod | undefined): void => {
      for (const key of selected.setPod(keyOf((pod ?? previous)!), previous, pod)) {
        if (changesEndpoint(previous, pod)) add(key);
      }
    };
    client.informer<Pod>('pods').addHandlers({
      added: (pod) => podChanged(undefined, pod),
      updated: (pod, previous) => podChanged(previous, pod),
      deleted: (pod) => podChanged(pod, undefined),
    });
  },
});

class EndpointsMirror {
  private readonly times = new Map<string, TriggerTimes>();
  private readonly current: Informer<Endpoints>;

  constructor(
    private readonly client: Client,
    private readonly services: Informer<Service>,
    private readonly selected: ServicePods,
  ) {
    this.current = client.informer<Endpoints>('endpoints');
  }

  sync(key: string): void {
    const service = this.services.byKey(key);
    if (service === undefined) {
      this.remove(key);
      return;
    }
    if (service.spec.type === 'ExternalName' || service.spec.selector === undefined) return;
    const pods = this.selected.podsOf(key);
    let times = this.times.get(key);
    if (times === undefined) this.times.set(key, (times = new TriggerTimes()));
    const time = times.next(service, pods);
    const { subsets, truncated } = subsetsOf(service, pods.values());
    this.write(service, subsets, truncated, time);
  }

  private write(service: Service, subsets: Subset[], truncated: boolean, time: string): void {
    const { namespace, name } = service.metadata;
    const labels = labelsOf(service);
    const existing = this.current.get(namespace, name);
    const { annotations: old = {} } = existing?.metadata ?? {};
    const isMarked = old[OVER_CAPACITY] !== undefined;
    if (
      existing !== undefined &&
      isMarked === truncated &&
      deepEqual(existing.subsets ?? [], subsets) &&
      deepEqual(existing.metadata.labels, labels)
    ) {
      return;
    }
    const { [TRIGGER_TIME_ANNOTATION]: _, [OVER_CAPACITY]: __, ...rest } = old;
    const annotations: Record<string, string> = { ...rest };
    if (time !== '') annotations[TRIGGER_TIME_ANNOTATION] = time;
    if (truncated) annotations[OVER_CAPACITY] = 'truncated';
    const metadata = { name, namespace, labels, annotations };
    const base = { apiVersion: 'v1', kind: 'Endpoints' as const, subsets };
    if (existing === undefined) this.client.create('endpoints', namespace, { ...base, metadata });
    else {
      const merged = { ...existing.metadata, labels, annotations };
      this.client.update<Endpoints>('endpoints', { ...existing, subsets, metadata: merged });
    }
  }

  private remove(key: string): void {
    this.times.delete(key);
    const existing = this.current.byKey(key);
    if (existing === undefined) return;
    try {
      this.client.delete('endpoints', existing.metadata.namespace, existing.metadata.name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** Pods that share their ports share a subset; addresses are in the order of their texts. */
function subsetsOf(
  service: Service,
  pods: Iterable<Pod>,
): { subsets: Subset[]; truncated: boolean } {
  const publish = service.spec.publishNotReadyAddresses === true;
  const byPorts = new Map<string, { ports: EndpointPort[]; ready: Address[]; other: Address[] }>();
  let count = 0;
  for (const pod of pods) {
    if (!belongsInSlices(pod) || pod.status.podIP === undefined) continue;
    if (pod.metadata.deletionTimestamp !== undefined && !publish) continue;
    const ports = portsOf(service, pod).map(withoutEmptyName);
    const isHeadless = service.spec.clusterIP === 'None';
    if (ports.length === 0 && !(isHeadless && (service.spec.ports ?? []).length === 0)) continue;
    const key = keyOfPorts(ports);
    let group = byPorts.get(key);
    if (group === undefined) byPorts.set(key, (group = { ports, ready: [], other: [] }));
    (publish || isPodReady(pod) ? group.ready : group.other).push(addressOf(service, pod));
    count++;
  }
  let left = MAX_ADDRESSES;
  const take = (addresses: Address[]): Address[] => {
    const taken = addresses.sort(byAddress).slice(0, left);
    left -= taken.length;
    return taken;
  };
  const subsets: Subset[] = [];
  for (const key of [...byPorts.keys()].sort()) {
    const { ports, ready, other } = byPorts.get(key)!;
    const [addresses, notReadyAddresses] = [take(ready), take(other)];
    if (addresses.length + notReadyAddresses.length === 0) continue;
    subsets.push({
      ...(addresses.length > 0 ? { addresses } : {}),
      ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
      ...(ports.length > 0 ? { ports: inEndpointsOrder(ports) } : {}),
    });
  }
  return { subsets, truncated: count > MAX_ADDRESSES };
}

function addressOf(service: Service, pod: Pod): Address {
  const { namespace, name, uid } = pod.metadata;
  const { hostname, subdomain, nodeName } = pod.spec;
  return {
    ip: pod.status.podIP!,
    ...(hostname !== undefined && subdomain === service.metadata.name ? { hostname } : {}),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

const withoutEmptyName = ({ name, ...port }: EndpointPort): EndpointPort =>
  name === undefined || name === '' ? port : { name, ...port };

const byAddress = (a: Address, b: Address): number => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0);

function labelsOf(service: Service): StringMap {
  const labels: Record<string, string> = { ...service.metadata.labels };
  const { clusterIP } = service.spec;
  if (clusterIP === undefined || clusterIP === '' || clusterIP === 'None') labels[HEADLESS] = '';
  else delete labels[HEADLESS];
  labels[MANAGED_BY] = 'endpoint-controller';
  return labels;
}
