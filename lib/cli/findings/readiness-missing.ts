/** Pods behind a Service without a readiness probe: they get requests before they can answer. */
import { compileSelector } from '../../orchestrator/api/label-selector';
import type { Deployment, Service } from '../../orchestrator/api/objects';
import { nameOf } from '../simulation/milestones';
import type { Rule } from './finding';

const RESOURCES = ['deployments.apps', 'statefulsets.apps', 'daemonsets.apps'];

export const readinessMissing: Rule = {
  code: 'DRY_NO_READINESS_PROBE',
  find({ cluster, origins }) {
    const services = cluster.list<Service>('services').flatMap(({ metadata, spec }) => {
      const { selector } = spec;
      if (selector === undefined || Object.keys(selector).length === 0) return [];
      const selects = compileSelector({ matchLabels: selector });
      return [{ namespace: metadata.namespace, name: metadata.name, selects }];
    });
    return RESOURCES.flatMap((resource) =>
      cluster.list<Deployment>(resource).flatMap((object) => {
        const { template } = object.spec;
        const service = services.find(
          ({ namespace, selects }) =>
            namespace === object.metadata.namespace && selects(template.metadata?.labels),
        );
        const bare = template.spec.containers.find(
          ({ ports, readinessProbe }) => ports !== undefined && readinessProbe === undefined,
        );
        if (service === undefined || bare === undefined) return [];
        return [
          {
            code: this.code,
            object: nameOf(object),
            message:
              `container ${bare.name} has no readinessProbe: service/${service.name} sends it ` +
              'requests before it listens, in every rollout',
            remediation: 'a readinessProbe on the port that it serves',
            ...origins.of(object),
          },
        ];
      }),
    );
  },
};
