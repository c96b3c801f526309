/**
 * Counts anew what a namespace uses of its ResourceQuotas: when a quota is new or changes, when
 * something goes, and every five minutes. Admission counts what comes. Stands for
 * kube-controller-manager's resourcequota controller.
 *
 * FIDELITY: it watches the resources below; others that a quota counts as `count/…` are noticed
 * with the next full count only. Pods that outlived their grace period still count.
 */
import { deepEqual } from '../api/deep-equal';
import type { KubeObject } from '../api/object';
import { keyOf } from '../api/object';
import { isTerminal, type Pod, type ResourceQuota, type Service } from '../api/objects';
import { addQuantities } from '../api/quantity';
import { inScope, quotaUsage } from '../api/quota-usage';
import { isNotFound } from '../api/status-error';
import {
  controller,
  type Client,
  type ControllerContext,
  type Informer,
  type WorkQueue,
} from '../client';

const RESYNC_MS = 300_000;
const NAMESPACE = 'namespace';
const WATCHED = [
  'pods',
  'services',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'cronjobs.batch',
  'ingresses.networking.k8s.io',
];
/** The resources that a quota's plain names are about; `count/…` names its resource itself. */
const RESOURCE_OF: Readonly<Record<string, string>> = {
  services: 'services',
  'services.nodeports': 'services',
  'services.loadbalancers': 'services',
  secrets: 'secrets',
  configmaps: 'configmaps',
  persistentvolumeclaims: 'persistentvolumeclaims',
  'requests.storage': 'persistentvolumeclaims',
  replicationcontrollers: 'replicationcontrollers',
  resourcequotas: 'resourcequotas',
};

export const resourceQuotaController = controller({
  name: 'resourcequota-controller',
  start: (context) => new ResourceQuotaController(context),
});

class ResourceQuotaController {
  private readonly client: Client;
  private readonly queue: WorkQueue;
  private readonly quotas: Informer<ResourceQuota>;
  private readonly watched = new Map<string, Informer<KubeObject>>();

  constructor({ client, queue }: ControllerContext) {
    this.client = client;
    this.quotas = client.informer<ResourceQuota>('resourcequotas');
    this.quotas.addIndex(NAMESPACE, ({ metadata }) => metadata.namespace);
    this.queue = queue({ name: 'resourcequota-controller', reconcile: (key) => this.sync(key) });
    this.quotas.addHandlers({
      added: (quota) => this.queue.add(keyOf(quota)),
      updated: (quota, previous) => {
        if (!deepEqual(quota.spec, previous.spec)) this.queue.add(keyOf(quota));
      },
      deleted: (quota) => this.replenish(quota.metadata.namespace),
    });
    for (const resource of WATCHED) this.watch(resource);
  }

  private watch(resource: string): void {
    const informer = this.client.informer<KubeObject>(resource);
    informer.addIndex(NAMESPACE, ({ metadata }) => metadata.namespace ?? '');
    informer.addHandlers({
      updated: (object, previous) => {
        if (frees(resource, object, previous)) this.replenish(object.metadata.namespace);
      },
      deleted: (object) => this.replenish(object.metadata.namespace),
    });
    this.watched.set(resource, informer);
  }

  private replenish(namespace: string | undefined): void {
    for (const key of this.quotas.byIndex(NAMESPACE, namespace ?? '').keys()) this.queue.add(key);
  }

  private sync(key: string): void {
    const quota = this.quotas.byKey(key);
    if (quota === undefined) return;
    const hard = quota.spec.hard ?? {};
    const used = this.count(quota, Object.keys(hard));
    const status: ResourceQuota['status'] = { hard, used };
    if (!deepEqual(status, quota.status)) {
      this.client.updateStatus<ResourceQuota>('resourcequotas', { ...quota, status });
    }
    this.queue.addAfter(key, RESYNC_MS);
  }

  private count(quota: ResourceQuota, names: readonly string[]): Record<string, string> {
    const used: Record<string, string> = {};
    for (const name of names) used[name] = '0';
    for (const resource of new Set(names.map(resourceOf))) {
      for (const object of this.objects(resource, quota.metadata.namespace)) {
        if (!inScope(quota.spec.scopes, resource, object)) continue;
        const usage = quotaUsage(resource, object);
        for (const name of names) {
          const amount = usage[name];
          if (amount === undefined) continue;
          used[name] = used[name] === '0' ? amount : addQuantities(used[name]!, amount);
        }
      }
    }
    return used;
  }

  private objects(resource: string, namespace: string): Iterable<KubeObject> {
    if (resource === 'resourcequotas') return this.quotas.byIndex(NAMESPACE, namespace).values();
    const informer = this.watched.get(resource);
    if (informer !== undefined) return informer.byIndex(NAMESPACE, namespace).values();
    try {
      return this.client.list(resource, { namespace });
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }
}

/** What a name of spec.hard counts: everything that is not named otherwise is used by pods. */
function resourceOf(name: string): string {
  if (name.startsWith('count/')) return name.slice('count/'.length);
  if (name.endsWith('/persistentvolumeclaims') || name.endsWith('/requests.storage')) {
    return 'persistentvolumeclaims';
  }
  return RESOURCE_OF[name] ?? 'pods';
}

/** Whether a change gives something back: a pod ended, a Service needs fewer ports. */
function frees(resource: string, object: KubeObject, previous: KubeObject): boolean {
  if (resource === 'pods') return isTerminal(object as Pod) && !isTerminal(previous as Pod);
  if (resource !== 'services') return false;
  return !deepEqual((object as Service).spec, (previous as Service).spec);
}
