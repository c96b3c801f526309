/** What stands around the workloads: services, budgets, autoscalers, volumes, nodes, quotas. */
import type { RecordedObject, RecordedPort } from '../watch-record';
import type { CleanText } from './clean-text';
import { lastOf, type History } from './history';
import { conditionLine, conditionLines, countOf, numbersOf, withoutRepeats } from './tally';

type Section = Record<string, unknown>;

const SERVICE_NAME = 'kubernetes.io/service-name';
const BUDGET_STATUS = [
  'currentHealthy',
  'desiredHealthy',
  'disruptionsAllowed',
  'expectedPods',
  'observedGeneration',
];

export function servicesOf(history: History): Section {
  const services: Section = {};
  for (const states of history.statesOf('EndpointSlice')) {
    const last = lastOf(states);
    const service = last.metadata.labels?.[SERVICE_NAME];
    if (!service) continue;
    services[`${last.metadata.namespace}/${service}`] = {
      endpoints: countOf((last.endpoints ?? []).map((e) => `ready=${e.conditions?.ready}`)),
      statesSeen: [...new Set(states.flatMap(endpointStates))].sort(),
      ports: (last.ports ?? []).map(portLine),
      addressType: last.addressType,
    };
  }
  return services;
}

const endpointStates = ({ endpoints }: RecordedObject): string[] =>
  (endpoints ?? []).map(
    ({ conditions: c }) => `ready=${c?.ready} serving=${c?.serving} terminating=${c?.terminating}`,
  );

const portLine = ({ name, port, protocol }: RecordedPort): string =>
  `${name ?? ''}:${port}/${protocol}`;

export function budgetsOf(history: History): Section {
  const budgets: Section = {};
  for (const states of history.statesOf('PodDisruptionBudget')) {
    const last = lastOf(states);
    const allowed = states.map(({ status }) => Number(status?.['disruptionsAllowed'] ?? 0));
    budgets[history.titleOf(last)] = {
      ...numbersOf(last.status, BUDGET_STATUS),
      conditions: conditionLines(last),
      allowedSeen: [...new Set(allowed)].map(String).sort().map(Number),
    };
  }
  return budgets;
}

export function autoscalersOf(history: History, clean: CleanText): Section {
  const autoscalers: Section = {};
  for (const states of history.statesOf('HorizontalPodAutoscaler')) {
    const last = lastOf(states);
    autoscalers[history.titleOf(last)] = {
      desired: withoutRepeats(states.map(({ status }) => status?.['desiredReplicas'] ?? 0)),
      current: last.status?.['currentReplicas'],
      conditions: conditionLines(last),
      messages: (last.status?.conditions ?? []).map(({ message }) => clean(message)).sort(),
    };
  }
  return autoscalers;
}

export function volumesOf(history: History): Section {
  const volumes: Section = {};
  for (const kind of ['PersistentVolumeClaim', 'PersistentVolume']) {
    for (const states of history.statesOf(kind)) {
      const last = lastOf(states);
      volumes[history.titleOf(last)] = {
        deleted: history.isGone(last),
        phases: withoutRepeats(states.map(({ status }) => status?.phase)),
        ...(kind === 'PersistentVolumeClaim' ? { finalizers: last.metadata.finalizers ?? [] } : {}),
      };
    }
  }
  return volumes;
}

export function nodesOf(history: History): Section {
  const nodes: Section = {};
  for (const states of history.statesOf('Node')) {
    const { metadata, spec, status } = lastOf(states);
    nodes[metadata.name] = {
      taints: (spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort(),
      unschedulable: spec?.unschedulable ?? false,
      ready: status?.conditions?.filter(({ type }) => type === 'Ready').map(conditionLine),
    };
  }
  return nodes;
}

export function quotasOf(history: History): Section {
  const quotas: Section = {};
  for (const states of history.statesOf('ResourceQuota')) {
    const last = lastOf(states);
    quotas[history.titleOf(last)] = last.status?.used ?? {};
  }
  return quotas;
}
