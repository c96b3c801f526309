/**
 * The pause between a pod's dismissal and its SIGTERM. Endpoints and every node's proxy learn of the
 * dismissal at the same moment as the pod and need a little longer to act on it; a program that
 * stops at once refuses the requests that still arrive. Kubernetes itself sleeps (`preStop.sleep`,
 * 1.30 and later), so the image needs no shell.
 */
import type { Workload } from 'cdk8s-plus-27';
import { Manifest } from '../manifest/manifest';
import type { WorkloadManifest } from '../manifest/workload-manifest';
import { containerOf } from '../manifest/workload-manifest';

/** A preStop sleep. */
export class GracefulDrain {
  /** Lets a container serve on for some seconds after its pod was told to go. */
  static applyTo(workload: Workload, containerName: string, seconds: number): void {
    if (seconds === 0) return;
    Manifest.of(workload).complete((document: WorkloadManifest) => {
      const container = containerOf(document, containerName);
      container.lifecycle = { ...container.lifecycle, preStop: { sleep: { seconds } } };
    });
  }
}
