/** The ClusterRole aggregation controller: fills the rules of ClusterRoles that gather others. */
import { deepEqual } from '../api/deep-equal';
import type { ClusterRole } from '../api/objects';
import { aggregatedRules } from '../api/role-aggregation';
import { controller } from '../client';

const RESOURCE = 'clusterroles.rbac.authorization.k8s.io';

export const clusterRoleAggregationController = controller({
  name: 'clusterrole-aggregation-controller',
  start({ client, queue }) {
    const roles = client.informer<ClusterRole>(RESOURCE);
    const work = queue({
      name: 'clusterrole-aggregation-controller',
      reconcile(name) {
        const role = roles.byKey(name);
        if (role?.aggregationRule === undefined) return;
        const rules = aggregatedRules(role, [...roles.list()]);
        if (deepEqual(rules, role.rules ?? [])) return;
        client.update<ClusterRole>(RESOURCE, { ...role, rules });
      },
    });
    // Any role may be one of those that an aggregated role gathers.
    const enqueueAll = (): void => {
      for (const { metadata, aggregationRule } of roles.list()) {
        if (aggregationRule !== undefined) work.add(metadata.name);
      }
    };
    roles.addHandlers({ added: enqueueAll, updated: enqueueAll, deleted: enqueueAll });
  },
});
