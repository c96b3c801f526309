/**
 * Rolls out the pod template of a Deployment by means of ReplicaSets, one for each revision.
 * Stands for kube-controller-manager's deployment controller. Its verbs are one a file.
 */
import { controllerOf, objectKey } from '../../api/object';
import type { Deployment, Pod, ReplicaSet } from '../../api/objects';
import { controller, type ControllerContext, type Informer } from '../../client';
import { isNamespaceTerminating } from '../framework/namespace-terminating';
import { indexByController, ownedBy } from '../framework/owned-index';
import { WorkloadController } from '../framework/workload-controller';
import { byAge } from './annotations';
import { DeploymentPass } from './pass';
import { syncDeployment } from './sync';

/** A Deployment that fails this often waits for its next change. */
const MAX_RETRIES = 15;

export const deploymentController = controller({
  name: 'deployment-controller',
  start: (context) => new DeploymentController(context),
});

class DeploymentController extends WorkloadController<Deployment, ReplicaSet> {
  readonly replicaSets = this.dependents;
  readonly pods: Informer<Pod>;

  constructor(context: ControllerContext) {
    const { client } = context;
    const pods = indexByController(client.informer<Pod>('pods'));
    super(context, {
      name: 'deployment-controller',
      kind: 'Deployment',
      dependents: indexByController(client.informer<ReplicaSet>('replicasets.apps')),
      owners: client.informer<Deployment>('deployments.apps'),
      maxRetries: MAX_RETRIES,
    });
    this.pods = pods;
    pods.addHandlers({ deleted: (pod) => this.podDeleted(pod) });
  }

  protected override reconcile(deployment: Deployment): void {
    try {
      const owned = this.claimDependents(deployment).sort(byAge);
      syncDeployment(new DeploymentPass(this, deployment, owned));
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
    const deployment = this.owners.byKey(key);
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
