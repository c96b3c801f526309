/** A pod, by name. */
import type { Pod } from '../../orchestrator/api/objects';
import { isPodReady } from '../../orchestrator/api/objects';
import type { Cluster } from '../cluster';
import { Handle } from './handle';
import type { Place } from './place';

/** Names a pod and looks it up anew each time. */
export class PodHandle extends Handle<Pod> {
  constructor(cluster: Cluster, place: Place) {
    super(cluster, 'pods', place);
  }

  /** Whether its condition Ready is true; false if the pod is gone. */
  get isReady(): boolean {
    const pod = this.tryGet();
    return pod !== undefined && isPodReady(pod);
  }

  /** The node that runs it; undefined while it is not scheduled. */
  get nodeName(): string | undefined {
    return this.tryGet()?.spec.nodeName;
  }
}
