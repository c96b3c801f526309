/** Several pods of one workload on one node, or in one zone, where the cluster has more. */
import type { Deployment } from '../../orchestrator/api/objects';
import { isPodReady } from '../../orchestrator/api/objects';
import { WorkloadHandle } from '../../testing/handles/workload-handle';
import { nameOf } from '../simulation/milestones';
import type { Rule } from './finding';

const RESOURCES = ['deployments.apps', 'statefulsets.apps'];

export const oneFailureDomain: Rule = {
  code: 'DRY_ONE_FAILURE_DOMAIN',
  find({ cluster, origins, faults }) {
    const { nodes } = cluster.core;
    if (nodes.length === 1 || faults.length > 0) return [];
    const zoneOf = new Map(nodes.map(({ name, zone }) => [name, zone]));
    const zoneCount = new Set(zoneOf.values()).size;
    return RESOURCES.flatMap((resource) =>
      cluster.list<Deployment>(resource).flatMap((object) => {
        const { namespace, name } = object.metadata;
        const pods = new WorkloadHandle(cluster, resource, { namespace, name })
          .podObjects()
          .filter(isPodReady);
        const names = new Set(pods.map(({ spec }) => spec.nodeName ?? ''));
        const zones = new Set([...names].map((node) => zoneOf.get(node) ?? ''));
        if (pods.length < 2 || zones.size > 1 || (zoneCount === 1 && names.size > 1)) return [];
        const [node] = names;
        const [zone] = zones;
        const place = names.size === 1 ? `node ${node}` : `zone ${zone}`;
        return [
          {
            code: this.code,
            object: nameOf(object),
            message: `has all its ${pods.length} pods in ${place}: losing it stops all of them`,
            remediation: 'topologySpreadConstraints over topology.kubernetes.io/zone',
            seeIt: `--fail ${place.replace(' ', '=')}@1m+10m`,
            ...origins.of(object),
          },
        ];
      }),
    );
  },
};
