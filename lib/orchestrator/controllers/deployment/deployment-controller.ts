/**
 * Rolls out the pod template of a Deployment by means of ReplicaSets, one for each revision.
 * Stands for kube-controller-manager's deployment controller. Its verbs are one a file.
 */
import {
  controller,
  type Client,
  type ControllerContext,
  type EventRecorder,
  type Informer,
  type WorkQueue,
} from '../../client';
import { controllerOf, keyOf, objectKey } from '../../api/object';
import type { Deployment, Pod, ReplicaSet } from '../../api/objects';
import { claim } from '../framework/claim';
import { isNamespaceTerminating } from '../framework/namespace-terminating';
import { indexByController, ownedBy } from '../framework/owned-index';
import { OwnWrites } from '../framework/own-writes';
import { watchDependents } from '../framework/watch-dependents';
import { byAge } from './annotations';
import { DeploymentPass } from './pass';
import { syncDeployment } from './sync';

/** A Deployment that fails this often waits for its next change. */
const MAX_RETRIES = 15;

export const deploymentController = controller({
  name: 'deployment-controller',
  start: (context) => new DeploymentController(context),
});

class DeploymentController {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly queue: WorkQueue;
  readonly pods: Informer<Pod>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly deployments: Informer<Deployment>;
  readonly ownWrites: OwnWrites;

  constructor({ client, recorder, queue }: ControllerContext) {
    this.client = client;
    this.recorder = recorder('deployment-controller');
    this.ownWrites = new OwnWrites(client);
    this.pods = indexByController(client.informer<Pod>('pods'));
    this.replicaSets = indexByController(client.informer<ReplicaSet>('replicasets.apps'));
    this.deployments = client.informer<Deployment>('deployments.apps');
    this.queue = queue({
      name: 'deployment-controller',
      maxRetries: MAX_RETRIES,
      reconcile: (key) => this.sync(key),
    });
    this.deployments.addHandlers({
      added: (deployment) => this.queue.add(keyOf(deployment)),
      updated: (deployment) => this.queue.add(keyOf(deployment)),
      deleted: (deployment) => this.ownWrites.forget(keyOf(deployment)),
    });
    watchDependents<ReplicaSet, Deployment>({
      dependents: this.replicaSets,
      owners: this.deployments,
      ownerKind: 'Deployment',
      selectorOf: (deployment) => deployment.spec.selector,
      enqueue: (key) => this.queue.add(key),
    });
    this.pods.addHandlers({ deleted: (pod) => this.podDeleted(pod) });
  }

  private sync(key: string): void {
    const deployment = this.deployments.byKey(key);
    if (deployment === undefined || !this.ownWrites.areSeen(key)) return;
    try {
      const owned = claim({
        client: this.client,
        ownerResource: 'deployments.apps',
        owner: deployment,
        selector: deployment.spec.selector,
        informer: this.replicaSets,
      });
      syncDeployment(new DeploymentPass(this, deployment, owned.sort(byAge)));
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error;
    }
  }

  /** Recreate waits for the last old pod: its going is the only pod event that matters here. */
  private podDeleted(pod: Pod): void {
    const set = this.ownerOf(pod);
    if (set === undefined) return;
    const reference = controllerOf(set);
    if (reference?.kind !== 'Deployment') return;
    const key = objectKey(pod.metadata.namespace, reference.name);
    const deployment = this.deployments.byKey(key);
    if (deployment?.metadata.uid !== reference.uid) return;
    if (deployment.spec.strategy.type !== 'Recreate') return;
    for (const sibling of ownedBy(this.replicaSets, reference.uid).values()) {
      if (ownedBy(this.pods, sibling.metadata.uid).size > 0) return;
    }
    this.queue.add(key);
  }

  private ownerOf(pod: Pod): ReplicaSet | undefined {
    const reference = controllerOf(pod);
    if (reference?.kind !== 'ReplicaSet') return undefined;
    const set = this.replicaSets.get(pod.metadata.namespace, reference.name);
    return set?.metadata.uid === reference.uid ? set : undefined;
  }
}
