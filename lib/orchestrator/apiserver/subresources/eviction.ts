/** pods/eviction: a delete that asks the PodDisruptionBudgets first. */
import { compileSelector } from '../../api/label-selector';
import type { Condition, Pod, PodDisruptionBudget } from '../../api/objects';
import { isPodReady, isTerminal } from '../../api/objects';
import { keyOf, objectKey } from '../../api/object';
import { badRequestError, failure, notFoundError } from '../../api/status-error';
import { formatTime } from '../../api/timestamps';
import { remove } from '../delete';
import type { DeleteOptions } from '../requests';
import type { ServerContext } from '../server-context';
import type { SubresourceRequest } from './subresource-request';

const VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget.";
const BUDGETS = 'poddisruptionbudgets.policy';

interface Eviction {
  readonly metadata?: { readonly name?: string };
  readonly deleteOptions?: DeleteOptions;
}

export function evictPod(server: ServerContext, request: SubresourceRequest): unknown {
  const { namespace, name } = request;
  const { metadata } = (request.body ?? {}) as Eviction;
  if (metadata?.name !== undefined && metadata.name !== name) {
    throw badRequestError('name in URL does not match name in Eviction object');
  }
  const pod = server.store.get('pods', objectKey(namespace, name)) as Pod | undefined;
  if (pod === undefined) throw notFoundError({ group: '', resource: 'pods' }, name);
  if (!mayGoFreely(pod)) {
    const budgets = budgetsOf(server, pod);
    if (budgets.length > 1) {
      throw failure(
        500,
        'InternalError',
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
        {},
      );
    }
    const budget = budgets[0];
    if (budget !== undefined && !unhealthyMayGo(pod, budget)) take(server, request, pod, budget);
  }
  evict(server, request, pod);
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}

/** Ended, not yet started or leaving already: no budget counts such a pod. */
const mayGoFreely = (pod: Pod): boolean =>
  isTerminal(pod) || pod.status.phase === 'Pending' || pod.metadata.deletionTimestamp !== undefined;

function budgetsOf(server: ServerContext, pod: Pod): PodDisruptionBudget[] {
  const found: PodDisruptionBudget[] = [];
  for (const object of server.store.objects(BUDGETS).values()) {
    const budget = object as PodDisruptionBudget;
    if (budget.metadata.namespace !== pod.metadata.namespace) continue;
    if (compileSelector(budget.spec.selector)(pod.metadata.labels)) found.push(budget);
  }
  return found;
}

/** A pod that is not ready may go if that cannot hurt, or if the budget says so. */
function unhealthyMayGo(pod: Pod, budget: PodDisruptionBudget): boolean {
  if (isPodReady(pod)) return false;
  if (budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy, desiredHealthy } = budget.status;
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

function tooMany(message: string, retryAfterSeconds: number | undefined): never {
  throw failure(429, 'TooManyRequests', VIOLATES, {
    causes: [{ reason: 'DisruptionBudget', message }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** Takes one of the allowed disruptions, or refuses. */
function take(
  server: ServerContext,
  request: SubresourceRequest,
  pod: Pod,
  budget: PodDisruptionBudget,
): void {
  const { name } = budget.metadata;
  const { status } = budget;
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) {
    tooMany(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  if (status.disruptionsAllowed <= 0) {
    const failed = status.conditions?.find(
      (c) => c.type === 'DisruptionAllowed' && c.status === 'False' && c.reason === 'SyncFailed',
    );
    tooMany(
      failed === undefined
        ? `The disruption budget ${name} needs ${status.desiredHealthy} healthy pods and has ` +
            `${status.currentHealthy} currently`
        : `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${failed.message}`,
      undefined,
    );
  }
  if (request.options.dryRun === true) return;
  const disruptionsAllowed = status.disruptionsAllowed - 1;
  const next: PodDisruptionBudget = {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed,
      disruptedPods: {
        ...status.disruptedPods,
        [pod.metadata.name]: formatTime(server.clock.wallMs),
      },
      ...(disruptionsAllowed === 0 ? { conditions: insufficient(server, status.conditions) } : {}),
    },
  };
  const kind = server.registry.kind(BUDGETS);
  server.commit({ ...request.requester, manager: 'kube-apiserver' }, kind, keyOf(budget), next);
}

function insufficient(
  server: ServerContext,
  conditions: readonly Condition[] | undefined,
): readonly Condition[] {
  return (conditions ?? []).map((condition) =>
    condition.type === 'DisruptionAllowed' && condition.status === 'True'
      ? {
          ...condition,
          status: 'False' as const,
          reason: 'InsufficientPods',
          lastTransitionTime: formatTime(server.clock.wallMs),
        }
      : condition,
  );
}

function evict(server: ServerContext, request: SubresourceRequest, pod: Pod): void {
  const options = (request.body as Eviction | undefined)?.deleteOptions ?? {};
  if (request.options.dryRun === true) return;
  const requester = { ...request.requester, manager: 'kube-apiserver' };
  const disrupted: Condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    observedGeneration: pod.metadata.generation ?? 1,
    lastTransitionTime: formatTime(server.clock.wallMs),
  };
  const others = (pod.status.conditions ?? []).filter((c) => c.type !== 'DisruptionTarget');
  const marked: Pod = { ...pod, status: { ...pod.status, conditions: [...others, disrupted] } };
  server.commit(requester, request.kind, keyOf(pod), marked);
  const { namespace, name } = pod.metadata;
  remove(server, { requester, kind: request.kind, namespace, name, options });
}
