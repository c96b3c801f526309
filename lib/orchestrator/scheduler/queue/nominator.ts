/** Pods that preemption has nominated for nodes, and that do not run yet: by node. */
import type { Pod } from '../../api/objects';

const NO_PODS: readonly Pod[] = [];

export class Nominator {
  private readonly byNode = new Map<string, Map<string, Pod>>();
  private readonly nodeOf = new Map<string, string>();

  /** Notes the pod's nomination (or that it has none any more). */
  set(pod: Pod, nodeName: string | undefined): void {
    this.delete(pod.metadata.uid);
    if (!nodeName) return;
    let pods = this.byNode.get(nodeName);
    if (pods === undefined) this.byNode.set(nodeName, (pods = new Map()));
    pods.set(pod.metadata.uid, pod);
    this.nodeOf.set(pod.metadata.uid, nodeName);
  }

  delete(uid: string): void {
    const nodeName = this.nodeOf.get(uid);
    if (nodeName === undefined) return;
    this.nodeOf.delete(uid);
    const pods = this.byNode.get(nodeName);
    pods?.delete(uid);
    if (pods?.size === 0) this.byNode.delete(nodeName);
  }

  get isEmpty(): boolean {
    return this.byNode.size === 0;
  }

  nodeFor(uid: string): string | undefined {
    return this.nodeOf.get(uid);
  }

  of(nodeName: string): readonly Pod[] {
    const pods = this.byNode.get(nodeName);
    return pods === undefined ? NO_PODS : [...pods.values()];
  }
}
