/**
 * The cluster's default spreading: pods of one Service or one workload over hosts and zones, for
 * pods that say nothing of spreading themselves.
 */
import type { LabelSelector, LabelSelectorRequirement } from '../../../api/label-selector';
import { compileLabelMap } from '../../../api/label-selector';
import { controllerOf, type StringMap } from '../../../api/object';
import {
  HOSTNAME_LABEL,
  type Pod,
  type TopologySpreadConstraint,
  ZONE_LABEL,
} from '../../../api/objects';
import type { SchedulerInformers } from '../../informers';

export const DEFAULT_CONSTRAINTS: readonly TopologySpreadConstraint[] = [
  { topologyKey: HOSTNAME_LABEL, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: ZONE_LABEL, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

const KNOWN_LIMIT = 4096;

export class DefaultSelectors {
  /** By the pods' labels and owner; emptied when services or workloads change. */
  private readonly known = new Map<string, LabelSelector | undefined>();

  constructor(private readonly informers: SchedulerInformers) {
    const forget = (): void => void this.known.clear();
    const handlers = <T extends { readonly spec: { readonly selector?: unknown } }>(): {
      added: () => void;
      updated: (object: T, previous: T) => void;
      deleted: () => void;
    } => ({
      added: forget,
      updated: (object, previous) => {
        if (object.spec.selector !== previous.spec.selector) forget();
      },
      deleted: forget,
    });
    informers.services.addHandlers(handlers());
    informers.replicaSets.addHandlers(handlers());
    informers.statefulSets.addHandlers(handlers());
    informers.replicationControllers.addHandlers(handlers());
  }

  /** The selectors of the pod's services and of its owner as one; undefined if there are none. */
  of(pod: Pod): LabelSelector | undefined {
    const { namespace, labels } = pod.metadata;
    let key = `${namespace}/${controllerOf(pod)?.uid ?? ''}`;
    for (const name in labels) key += `,${name}=${labels[name]}`;
    if (this.known.has(key)) return this.known.get(key);
    const selector = this.compute(pod);
    if (this.known.size >= KNOWN_LIMIT) this.known.clear();
    this.known.set(key, selector);
    return selector;
  }

  private compute(pod: Pod): LabelSelector | undefined {
    const matchLabels: Record<string, string> = {};
    const matchExpressions: LabelSelectorRequirement[] = [];
    const { namespace, labels } = pod.metadata;
    for (const service of this.informers.services.byIndex('namespace', namespace).values()) {
      const { selector } = service.spec;
      if (selector !== undefined && compileLabelMap(selector)(labels)) {
        Object.assign(matchLabels, selector);
      }
    }
    const owned = this.ownerSelector(pod);
    Object.assign(matchLabels, owned?.matchLabels);
    matchExpressions.push(...(owned?.matchExpressions ?? []));
    if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0) return undefined;
    return { matchLabels: matchLabels as StringMap, matchExpressions };
  }

  private ownerSelector(pod: Pod): LabelSelector | undefined {
    const owner = controllerOf(pod);
    if (owner === undefined) return undefined;
    const { namespace } = pod.metadata;
    const { replicaSets, statefulSets, replicationControllers } = this.informers;
    if (owner.kind === 'ReplicaSet') return replicaSets.get(namespace, owner.name)?.spec.selector;
    if (owner.kind === 'StatefulSet') return statefulSets.get(namespace, owner.name)?.spec.selector;
    if (owner.kind === 'ReplicationController') {
      const matchLabels = replicationControllers.get(namespace, owner.name)?.spec.selector;
      return matchLabels === undefined ? undefined : { matchLabels };
    }
    return undefined;
  }
}
