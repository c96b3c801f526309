/** A Deployment, StatefulSet or DaemonSet, by name: what people do to it, and its pods. */
import { compileSelector, type LabelSelector } from '../../orchestrator/api/label-selector';
import type { KubeObject } from '../../orchestrator/api/object';
import type { Pod, PodTemplateSpec, ReplicaSet } from '../../orchestrator/api/objects';
import { isActive } from '../../orchestrator/api/objects';
import { UsageError } from '../usage-error';
import { Handle } from './handle';
import { PodHandle } from './pod-handle';

/** What Deployments, StatefulSets and DaemonSets have in common. */
export interface Workload extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplateSpec;
  };
}

const REVISION = 'deployment.kubernetes.io/revision';

/** Names a Deployment, StatefulSet or DaemonSet and looks it up anew each time. */
export class WorkloadHandle extends Handle<Workload> {
  /** Its pods that are neither ended nor terminating. */
  get pods(): PodHandle[] {
    return this.podObjects()
      .filter(isActive)
      .map((pod) => new PodHandle(this.cluster, pod.metadata));
  }

  /** All its pods as they are now, also terminating ones. */
  podObjects(): Pod[] {
    const { metadata, spec } = this.get();
    const selects = compileSelector(spec.selector);
    return this.cluster
      .list<Pod>('pods', metadata.namespace)
      .filter((pod) => selects(pod.metadata.labels));
  }

  /** `spec.replicas`: how many are asked for; 0 for a DaemonSet. */
  get replicas(): number {
    return this.get().spec.replicas ?? 0;
  }

  /**
   * Sets a container's image, as `kubectl set image` does.
   * @throws UsageError if there is no such container
   */
  setImage(container: string, image: string): this {
    const names = this.get().spec.template.spec.containers.map((c) => c.name);
    if (!names.includes(container)) {
      throw new UsageError(
        `${this.toString()} has no container '${container}'. It has ${names.map((n) => `'${n}'`).join(', ')}.`,
      );
    }
    return this.patch({
      spec: { template: { spec: { containers: [{ name: container, image }] } } },
    });
  }

  /** Sets an environment variable of a container, as `kubectl set env` does. */
  setEnv(container: string, name: string, value: string): this {
    const containers = [{ name: container, env: [{ name, value }] }];
    return this.patch({ spec: { template: { spec: { containers } } } });
  }

  /** Sets the number of replicas, as `kubectl scale` does. */
  scale(replicas: number): this {
    return this.patch({ spec: { replicas } });
  }

  /** What `kubectl rollout` does. */
  readonly rollout = {
    /** Replaces all pods, one by one as the strategy says. */
    restart: (): void => {
      const restartedAt = `+${this.cluster.now}ms`;
      const annotations = { 'kubectl.kubernetes.io/restartedAt': restartedAt };
      this.patch({ spec: { template: { metadata: { annotations } } } });
    },
    /** Keeps a change of the template from being rolled out until `resume()`. */
    pause: (): void => void this.patch({ spec: { paused: true } }),
    /** Goes on with what was paused. */
    resume: (): void => void this.patch({ spec: { paused: null } }),
    /**
     * Goes back to an earlier revision of a Deployment: by default to the one before.
     * @throws UsageError if there is no such revision, or the workload is no Deployment
     */
    undo: (toRevision?: number): void => this.undo(toRevision),
  };

  private undo(toRevision: number | undefined): void {
    if (this.resource !== 'deployments.apps') {
      throw new UsageError(`undo is for deployments; ${this.toString()} is none.`);
    }
    const sets = this.replicaSets().sort((a, b) => revisionOf(b) - revisionOf(a));
    const wanted =
      toRevision === undefined ? sets[1] : sets.find((set) => revisionOf(set) === toRevision);
    if (wanted === undefined) {
      throw new UsageError(
        `${this.toString()} has no revision ${toRevision ?? 'before this one'}. ` +
          `It has ${sets.map(revisionOf).reverse().join(', ')}.`,
      );
    }
    const { metadata = {}, spec } = wanted.spec.template;
    const labels = { ...metadata.labels };
    delete labels['pod-template-hash'];
    const template = { ...wanted.spec.template, metadata: { ...metadata, labels }, spec };
    const { api } = this.cluster.core;
    this.cluster.markChange();
    const patch = [{ op: 'replace', path: '/spec/template', value: template }];
    api.patch(this.cluster.requester, this.resource, this.namespace, this.name, 'json', patch);
  }

  /** The ReplicaSets of a Deployment. */
  replicaSets(): ReplicaSet[] {
    const { uid, namespace } = this.get().metadata;
    return this.cluster
      .list<ReplicaSet>('replicasets.apps', namespace)
      .filter((set) => set.metadata.ownerReferences?.some((owner) => owner.uid === uid));
  }
}

const revisionOf = (set: ReplicaSet): number => Number(set.metadata.annotations?.[REVISION] ?? 0);
