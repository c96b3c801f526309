/**
 * Pods spread evenly over zones, so that losing one zone loses only its share. By default a full
 * zone does not keep a pod from running elsewhere; required, the pod waits until its zone has room.
 */
import type { Workload } from 'cdk8s-plus-27';
import { Manifest } from '../manifest/manifest';
import type { WorkloadManifest } from '../manifest/workload-manifest';

/** How evenly, and how strictly, pods are spread. */
export interface ZoneSpreadProps {
  /**
   * By how many pods the fullest zone may exceed the emptiest.
   * @default 1
   */
  readonly maxSkew?: number;
  /**
   * Whether a pod rather waits (`DoNotSchedule`) than make the spread uneven.
   * @default false - uneven is better than not running (`ScheduleAnyway`)
   */
  readonly required?: boolean;
  /**
   * The label of nodes whose values are the zones.
   * @default 'topology.kubernetes.io/zone'
   */
  readonly topologyKey?: string;
}

/** A topology spread constraint over zones. */
export class ZoneSpread {
  /** Spreads the pods of a Deployment or StatefulSet over zones. */
  static applyTo(workload: Workload, props: ZoneSpreadProps = {}): void {
    const manifest = Manifest.of(workload);
    manifest.complete((document: WorkloadManifest) => {
      const pod = document.spec.template.spec;
      pod.topologySpreadConstraints = [
        ...(pod.topologySpreadConstraints ?? []),
        constraint(props, workload.matchLabels, document.kind),
      ];
    });
  }
}

function constraint(props: ZoneSpreadProps, matchLabels: object, kind: string): object {
  return {
    maxSkew: props.maxSkew ?? 1,
    topologyKey: props.topologyKey ?? 'topology.kubernetes.io/zone',
    whenUnsatisfiable: props.required ? 'DoNotSchedule' : 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...matchLabels } },
    // Each revision of a Deployment is spread by itself; otherwise the pods that are about to go
    // would push the new ones to where there are few, and leave them uneven once they are gone.
    ...(kind === 'Deployment' ? { matchLabelKeys: ['pod-template-hash'] } : {}),
  };
}
