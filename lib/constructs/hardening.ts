/**
 * What Pod Security's "restricted" level asks beyond what cdk8s-plus already sets (non-root, no
 * privilege escalation, read-only root): no capabilities and the runtime's seccomp profile.
 */
import type { Workload } from 'cdk8s-plus-27';
import { Manifest } from './manifest';
import type { WorkloadManifest } from './workload-manifest';

/** The parts of Pod Security "restricted" that cdk8s-plus cannot express. */
export class Hardening {
  /** Hardens every container of a Deployment or StatefulSet, also those added later. */
  static applyTo(workload: Workload): void {
    Manifest.of(workload).complete((document: WorkloadManifest) => {
      const pod = document.spec.template.spec;
      pod.securityContext = { seccompProfile: { type: 'RuntimeDefault' }, ...pod.securityContext };
      for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
        const context = container.securityContext ?? {};
        const capabilities = { drop: ['ALL'], ...context.capabilities };
        container.securityContext = { ...context, capabilities };
      }
    });
  }
}
