/** The kinds that controllers work on; plain definitions where the server has none of its own. */
import type { Draft, KindDefinition } from '../../../lib/orchestrator/api/kind';
import { kinds as builtIn } from '../../../lib/orchestrator/api/kinds';
import { kind, type KindRules } from '../../../lib/orchestrator/api/kinds/define';

const status =
  (value: unknown) =>
  (draft: Draft): void => {
    draft['status'] = value;
  };

const PLAIN: readonly KindRules[] = [
  {
    apiVersion: 'v1',
    plural: 'pods',
    prepareForCreate: status({ phase: 'Pending' }),
    generation: 'spec',
  },
  { apiVersion: 'v1', plural: 'nodes' },
  { apiVersion: 'v1', plural: 'events' },
  { apiVersion: 'v1', plural: 'services' },
  { apiVersion: 'v1', plural: 'configmaps' },
  { apiVersion: 'v1', plural: 'secrets' },
  { apiVersion: 'v1', plural: 'serviceaccounts' },
  { apiVersion: 'v1', plural: 'resourcequotas', prepareForCreate: status({}) },
  {
    apiVersion: 'v1',
    plural: 'namespaces',
    prepareForCreate: (draft) => {
      draft['spec'] = { finalizers: ['kubernetes'] };
      draft['status'] = { phase: 'Active' };
    },
  },
  {
    apiVersion: 'v1',
    plural: 'persistentvolumeclaims',
    prepareForCreate: status({ phase: 'Pending' }),
  },
  {
    apiVersion: 'apps/v1',
    plural: 'deployments',
    generation: 'spec-and-annotations',
    prepareForCreate: status({}),
  },
  {
    apiVersion: 'apps/v1',
    plural: 'replicasets',
    generation: 'spec',
    prepareForCreate: status({ replicas: 0 }),
  },
  {
    apiVersion: 'apps/v1',
    plural: 'statefulsets',
    generation: 'spec',
    prepareForCreate: status({ replicas: 0, availableReplicas: 0 }),
  },
  { apiVersion: 'apps/v1', plural: 'daemonsets', generation: 'spec', prepareForCreate: status({}) },
  { apiVersion: 'apps/v1', plural: 'controllerrevisions' },
  { apiVersion: 'batch/v1', plural: 'jobs', generation: 'spec', prepareForCreate: status({}) },
  { apiVersion: 'batch/v1', plural: 'cronjobs', generation: 'spec', prepareForCreate: status({}) },
  {
    apiVersion: 'policy/v1',
    plural: 'poddisruptionbudgets',
    generation: 'spec',
    unconditionalUpdate: false,
    prepareForCreate: status({
      disruptionsAllowed: 0,
      currentHealthy: 0,
      desiredHealthy: 0,
      expectedPods: 0,
    }),
  },
];

const name = (one: KindDefinition): string => `${one.group}/${one.plural}`;

export const kinds: readonly KindDefinition[] = [
  ...builtIn,
  ...PLAIN.map(kind).filter((plain) => !builtIn.some((one) => name(one) === name(plain))),
];
