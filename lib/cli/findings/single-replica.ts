/** A workload of one pod: it is down while its node is, and with a zonal disk while its zone is. */
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../orchestrator/api/objects';
import { ZONE_LABEL } from '../../orchestrator/api/objects';
import type { Cluster } from '../../testing/cluster';
import { WorkloadHandle } from '../../testing/handles/workload-handle';
import { countOf, nameOf } from '../simulation/milestones';
import type { Rule } from './finding';

const RESOURCES = ['statefulsets.apps', 'deployments.apps'];

export const singleReplica: Rule = {
  code: 'DRY_SINGLE_REPLICA',
  find({ cluster, origins, faults }) {
    return RESOURCES.flatMap((resource) =>
      cluster.list(resource).flatMap((object) => {
        if (countOf(resource, object).desired !== 1) return [];
        const { namespace, name } = object.metadata;
        const [pod] = new WorkloadHandle(cluster, resource, { namespace, name }).podObjects();
        const node = pod?.spec.nodeName;
        const zone = pod === undefined ? undefined : zoneOfVolumes(cluster, pod);
        if (zone === undefined && node === undefined) return [];
        const fault = zone === undefined ? `node=${node}` : `zone=${zone}`;
        const shown = faults.some((each) => `${each.fault}=${each.target}` === fault);
        return [
          {
            code: zone === undefined ? this.code : 'DRY_ZONE_BOUND',
            object: nameOf(object),
            message:
              zone === undefined
                ? 'has 1 replica: when its node fails it is down for about 6 minutes, ' +
                  'which Kubernetes waits before it starts the pod elsewhere'
                : `has 1 replica and its volume lives in zone ${zone}: ` +
                  `losing zone ${zone} stops it until ${zone} returns`,
            remediation: 'replicas: 3 or more, spread over the zones',
            ...(shown ? {} : { seeIt: `--fail ${fault}@1m+10m` }),
            ...origins.of(object),
          },
        ];
      }),
    );
  },
};

/** The zone that a volume of the pod cannot leave. */
function zoneOfVolumes(cluster: Cluster, pod: Pod): string | undefined {
  const { api } = cluster.core;
  for (const volume of pod.spec.volumes ?? []) {
    const claimName = (volume as { persistentVolumeClaim?: { claimName: string } })
      .persistentVolumeClaim?.claimName;
    if (claimName === undefined) continue;
    const claim = api.tryGet<PersistentVolumeClaim>(
      'persistentvolumeclaims',
      pod.metadata.namespace,
      claimName,
    );
    const bound = claim?.spec.volumeName;
    if (bound === undefined) continue;
    const zone = zoneOf(api.tryGet<PersistentVolume>('persistentvolumes', undefined, bound));
    if (zone !== undefined) return zone;
  }
  return undefined;
}

function zoneOf(volume: PersistentVolume | undefined): string | undefined {
  const terms = volume?.spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const zones = terms
    .flatMap(({ matchExpressions = [] }) => matchExpressions)
    .filter(({ key }) => key === ZONE_LABEL)
    .flatMap(({ values = [] }) => values);
  return zones.length === 1 ? zones[0] : undefined;
}
