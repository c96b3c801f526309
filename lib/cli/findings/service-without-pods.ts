/** A Service whose selector fits no pod: every request to it is refused. */
import { compileSelector } from '../../orchestrator/api/label-selector';
import type { Pod, Service } from '../../orchestrator/api/objects';
import { nameOf } from '../simulation/milestones';
import type { Rule } from './finding';

export const serviceWithoutPods: Rule = {
  code: 'DRY_SERVICE_WITHOUT_PODS',
  find({ cluster, origins }) {
    return cluster.list<Service>('services').flatMap((service) => {
      const { selector } = service.spec;
      if (selector === undefined || Object.keys(selector).length === 0) return [];
      const selects = compileSelector({ matchLabels: selector });
      const pods = cluster.list<Pod>('pods', service.metadata.namespace);
      if (pods.some((pod) => selects(pod.metadata.labels))) return [];
      const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
      return [
        {
          code: this.code,
          object: nameOf(service),
          message: `selects no pod: none has the labels ${labels.join(', ')}`,
          remediation: "let its selector be the labels of a workload's pod template",
          ...origins.of(service),
        },
      ];
    });
  },
};
