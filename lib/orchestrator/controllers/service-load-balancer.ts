/**
 * Gives services of type LoadBalancer an address, as the service controller of a cloud's
 * cloud-controller-manager does: finalizer first, the address a while later, both undone when the
 * service is deleted or changes its type. What the balancer does with requests is the network's.
 */
import { keyOf } from '../api/object';
import type { Service } from '../api/objects';
import { controller, type Client, type EventRecorder } from '../client';

export const LOAD_BALANCER_FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

/** FIDELITY: clouds take seconds to minutes; here it is always this long. */
const PROVISION_MS = 2000;

export const serviceLoadBalancerController = controller({
  name: 'service-lb-controller',
  start({ client, queue, recorder }) {
    const balancers = new LoadBalancers(client, recorder('service-controller'));
    const work = queue({
      name: 'service-lb-controller',
      workers: 1,
      reconcile: (key) => {
        const waitMs = balancers.sync(key);
        if (waitMs > 0) work.addAfter(key, waitMs);
      },
    });
    client.informer<Service>('services').addHandlers({
      added: (service) => {
        if (concerns(service)) work.add(keyOf(service));
      },
      updated: (service) => {
        if (concerns(service)) work.add(keyOf(service));
      },
      deleted: (service) => balancers.forget(keyOf(service)),
    });
  },
});

/** Addresses come from 198.18.0.0/15, which no real network uses. */
class LoadBalancers {
  private readonly ensuringSince = new Map<string, number>();
  private readonly numbers = new Map<string, number>();

  constructor(
    private readonly client: Client,
    private readonly recorder: EventRecorder,
  ) {}

  /** @returns after how many milliseconds to look again, 0 for not before the next change */
  sync(key: string): number {
    const service = this.client.informer<Service>('services').byKey(key);
    if (service === undefined) return 0;
    if (wantsBalancer(service)) return this.ensure(key, service);
    this.remove(key, service);
    return 0;
  }

  forget(key: string): void {
    this.ensuringSince.delete(key);
    this.numbers.delete(key);
  }

  private ensure(key: string, service: Service): number {
    if ((service.status.loadBalancer?.ingress?.length ?? 0) > 0) return 0;
    const { now } = this.client.clock;
    const since = this.ensuringSince.get(key);
    if (since === undefined) {
      this.ensuringSince.set(key, now);
      this.recorder.event(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer');
      if (!hasFinalizer(service)) this.setFinalizers(service, withFinalizer(service));
      return PROVISION_MS;
    }
    if (now - since < PROVISION_MS) return PROVISION_MS - (now - since);
    const current = this.client.get<Service>(
      'services',
      service.metadata.namespace,
      service.metadata.name,
    );
    const ingress = [{ ip: this.address(key), ipMode: 'VIP' }];
    this.client.updateStatus<Service>('services', {
      ...current,
      status: { ...current.status, loadBalancer: { ingress } },
    });
    this.recorder.event(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
    return 0;
  }

  private remove(key: string, service: Service): void {
    if (!hasFinalizer(service)) return;
    this.recorder.event(service, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer');
    const { namespace, name } = service.metadata;
    const current = this.client.get<Service>('services', namespace, name);
    if ((current.status.loadBalancer?.ingress?.length ?? 0) > 0) {
      this.client.updateStatus<Service>('services', {
        ...current,
        status: { ...current.status, loadBalancer: {} },
      });
    }
    this.recorder.event(service, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer');
    this.setFinalizers(service, withoutFinalizer(service));
    this.forget(key);
  }

  private setFinalizers(service: Service, finalizers: readonly string[]): void {
    const { namespace, name } = service.metadata;
    this.client.patch<Service>('services', namespace, name, 'merge', { metadata: { finalizers } });
  }

  /** The lowest number that no service has. */
  private address(key: string): string {
    const used = new Set(this.numbers.values());
    let number = this.numbers.get(key) ?? 1;
    if (!this.numbers.has(key)) while (used.has(number)) number++;
    this.numbers.set(key, number);
    return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
  }
}

const hasFinalizer = (service: Service): boolean =>
  service.metadata.finalizers?.includes(LOAD_BALANCER_FINALIZER) === true;

const withFinalizer = (service: Service): readonly string[] => [
  ...(service.metadata.finalizers ?? []),
  LOAD_BALANCER_FINALIZER,
];

const withoutFinalizer = (service: Service): readonly string[] =>
  (service.metadata.finalizers ?? []).filter((name) => name !== LOAD_BALANCER_FINALIZER);

const concerns = (service: Service): boolean => wantsBalancer(service) || hasFinalizer(service);

/** Services with a class of their own are some other controller's. */
function wantsBalancer({ metadata, spec }: Service): boolean {
  const { loadBalancerClass } = spec as { readonly loadBalancerClass?: string };
  return (
    spec.type === 'LoadBalancer' &&
    loadBalancerClass === undefined &&
    metadata.deletionTimestamp === undefined
  );
}
