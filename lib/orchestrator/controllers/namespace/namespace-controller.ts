/**
 * Empties a namespace that is being deleted, pods first, and then lets it go. Stands for
 * kube-controller-manager's namespace controller with OrderedNamespaceDeletion.
 *
 * FIDELITY: it empties the built-in resources in alphabetical order and then custom ones, where
 * upstream's order is that of a hash map.
 */
import { deepEqual } from '../../api/deep-equal';
import { kinds } from '../../api/kinds';
import type { KubeObject } from '../../api/object';
import type { Condition, Namespace, Pod } from '../../api/objects';
import { isTerminal } from '../../api/objects';
import { failure, isNotFound, isConflict } from '../../api/status-error';
import { parseTime } from '../../api/timestamps';
import { controller, type Client, type ControllerContext, type WorkQueue } from '../../client';
import type { Informer } from '../../client';
import { customResourceOf, definitionsOf } from '../framework/custom-resources';
import { ContentReport, withDeletionConditions } from './deletion-conditions';

/** Caches get this long to notice what was created last. */
const GRACE_MS = 5000;
/** How long finalizers are given before it looks again, in seconds. */
const FINALIZER_ESTIMATE = 15;
const FINALIZER = 'kubernetes';

export const namespaceController = controller({
  name: 'namespace-controller',
  start: (context) => new NamespaceController(context),
});

/** All namespaced resources, pods left out, by name; their group and version as upstream prints. */
const RESOURCES = kinds
  .filter((kind) => kind.namespaced && kind.plural !== 'pods' && kind.storage === undefined)
  .map((kind) => (kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`))
  .filter((name, index, all) => all.indexOf(name) === index)
  .sort();

class NamespaceController {
  private readonly client: Client;
  private readonly queue: WorkQueue;
  private readonly namespaces: Informer<Namespace>;
  private readonly definitions: Informer<KubeObject>;

  constructor({ client, queue }: ControllerContext) {
    this.client = client;
    this.namespaces = client.informer<Namespace>('namespaces');
    this.definitions = definitionsOf(client);
    this.queue = queue({
      name: 'namespace-controller',
      workers: 10,
      reconcile: (name) => this.sync(name),
    });
    const consider = (namespace: Namespace): void => {
      if (namespace.metadata.deletionTimestamp === undefined) return;
      this.queue.addAfter(namespace.metadata.name, GRACE_MS);
    };
    this.namespaces.addHandlers({ added: consider, updated: consider });
  }

  private sync(name: string): void {
    const namespace = this.client.tryGet<Namespace>('namespaces', undefined, name);
    if (namespace === undefined || namespace.metadata.deletionTimestamp === undefined) return;
    if (namespace.status.phase !== 'Terminating') {
      const status: Namespace['status'] = { ...namespace.status, phase: 'Terminating' };
      this.client.updateStatus<Namespace>('namespaces', { ...namespace, status });
      return;
    }
    const report = this.deleteContent(namespace);
    const latest = this.writeConditions(name, report);
    if (report.errors.length > 0) throw failure(500, undefined, report.errors.join('; '));
    if (report.estimateSeconds > 0) {
      const wait = Math.floor(report.estimateSeconds / 2) + 1;
      this.queue.addAfter(name, wait * 1000);
    } else if (latest !== undefined) {
      this.finalize(latest);
    }
  }

  /** Pods go first, so that they end while what they rely on is still there. */
  private deleteContent(namespace: Namespace): ContentReport {
    const report = new ContentReport();
    this.deleteAll(namespace, 'pods', report);
    if (report.remaining.size > 0 || report.errors.length > 0) return report;
    for (const resource of RESOURCES) this.deleteAll(namespace, resource, report);
    for (const definition of this.definitions.list()) {
      const custom = customResourceOf(definition);
      if (custom?.namespaced === true) this.deleteAll(namespace, custom.resource, report);
    }
    return report;
  }

  private deleteAll(namespace: Namespace, resource: string, report: ContentReport): void {
    const { name } = namespace.metadata;
    const before = this.client.list<KubeObject>(resource, { namespace: name });
    if (before.length === 0) return;
    const estimate = resource === 'pods' ? this.gracefulSeconds(namespace, before as Pod[]) : 0;
    for (const { metadata } of before) this.deleteOne(resource, name, metadata.name);
    const left = this.client.list<KubeObject>(resource, { namespace: name });
    if (left.length === 0) return;
    const finalizers = left.flatMap((object) => object.metadata.finalizers ?? []);
    if (estimate > 0 || finalizers.length > 0) {
      report.remain(resource, left.length, finalizers, estimate || FINALIZER_ESTIMATE);
    } else {
      report.fail(name, resource);
    }
  }

  private deleteOne(resource: string, namespace: string, name: string): void {
    try {
      this.client.delete(resource, namespace, name, { propagationPolicy: 'Background' });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  /** The longest grace of its pods, as long as it can explain why they are still there. */
  private gracefulSeconds(namespace: Namespace, pods: readonly Pod[]): number {
    let seconds = 0;
    for (const pod of pods) {
      if (!isTerminal(pod)) seconds = Math.max(seconds, pod.spec.terminationGracePeriodSeconds);
    }
    const since = this.client.clock.wallMs - parseTime(namespace.metadata.deletionTimestamp!);
    return since >= seconds * 1000 ? 0 : seconds;
  }

  private writeConditions(name: string, report: ContentReport): Namespace | undefined {
    const namespace = this.client.tryGet<Namespace>('namespaces', undefined, name);
    if (namespace === undefined) return undefined;
    const before = (namespace.status.conditions ?? []) as readonly Condition[];
    const conditions = withDeletionConditions(before, report, this.client.clock.wallMs);
    if (deepEqual(conditions, before)) return namespace;
    const status: Namespace['status'] = { ...namespace.status, conditions };
    return this.client.updateStatus<Namespace>('namespaces', { ...namespace, status });
  }

  private finalize(namespace: Namespace): void {
    const finalizers = (namespace.spec.finalizers ?? []).filter((one) => one !== FINALIZER);
    const body: Namespace = { ...namespace, spec: { ...namespace.spec, finalizers } };
    const { name } = namespace.metadata;
    this.client.subresource('update', 'namespaces', undefined, name, 'finalize', body);
  }
}
