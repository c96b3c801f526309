/**
 * Pods of one workload kept apart on different nodes, so that a node that dies takes one of them.
 * Preferred by default: with fewer nodes than pods, two pods share one rather than wait.
 */
import type { Workload } from 'cdk8s-plus-27';
import { Manifest } from '../manifest/manifest';
import type { WorkloadManifest } from '../manifest/workload-manifest';

/** How strongly pods are kept apart. */
export interface HostAntiAffinityProps {
  /**
   * Weight of the preference among the scheduler's others, from 1 to 100.
   * @default 100
   */
  readonly weight?: number;
  /**
   * Whether a pod rather waits than share a node with another one.
   * @default false
   */
  readonly required?: boolean;
}

/** An anti-affinity of a workload's pods with each other, by node. */
export class HostAntiAffinity {
  /** Keeps the pods of a Deployment or StatefulSet on different nodes. */
  static applyTo(workload: Workload, props: HostAntiAffinityProps = {}): void {
    Manifest.of(workload).complete((document: WorkloadManifest) => {
      const term = {
        labelSelector: { matchLabels: workload.matchLabels },
        topologyKey: 'kubernetes.io/hostname',
      };
      if (props.required) add(document, 'requiredDuringSchedulingIgnoredDuringExecution', term);
      else {
        const weighted = { weight: props.weight ?? 100, podAffinityTerm: term };
        add(document, 'preferredDuringSchedulingIgnoredDuringExecution', weighted);
      }
    });
  }
}

function add(document: WorkloadManifest, strength: string, term: object): void {
  const pod = document.spec.template.spec;
  const existing = pod.affinity?.podAntiAffinity;
  pod.affinity = {
    ...pod.affinity,
    podAntiAffinity: { ...existing, [strength]: [...(existing?.[strength] ?? []), term] },
  };
}
