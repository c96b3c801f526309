/**
 * Keeps in each PodDisruptionBudget how many of its pods may be evicted now. Stands for
 * kube-controller-manager's disruption controller.
 */
import type { LabelSelector } from '../../api/label-selector';
import { keyOf } from '../../api/object';
import type {
  Deployment,
  Pod,
  PodDisruptionBudget,
  ReplicaSet,
  StatefulSet,
} from '../../api/objects';
import {
  controller,
  type Client,
  type ControllerContext,
  type EventRecorder,
  type Informer,
  type WorkQueue,
} from '../../client';
import { OwnWrites } from '../framework/own-writes';
import { isRefusal } from '../framework/slow-start';
import { BudgetMembers, type Members } from './budget-members';
import { budgetStatus, disruptedPods, failSafeStatus, healthyPods } from './budget-status';
import { expectedPods, type Expectation } from './expected-pods';
import { resetStaleDisruptions } from './stale-disruption';

const RESOURCE = 'poddisruptionbudgets.policy';

export const disruptionController = controller({
  name: 'disruption-controller',
  start: (context) => new DisruptionController(context),
});

class DisruptionController {
  readonly client: Client;
  readonly deployments: Informer<Deployment>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly statefulSets: Informer<StatefulSet>;
  private readonly recorder: EventRecorder;
  private readonly budgets: Informer<PodDisruptionBudget>;
  private readonly members: BudgetMembers;
  private readonly queue: WorkQueue;
  private readonly ownWrites: OwnWrites;

  constructor(context: ControllerContext) {
    const { client } = context;
    this.client = client;
    this.ownWrites = new OwnWrites(client);
    this.recorder = context.recorder('controllermanager');
    this.deployments = client.informer<Deployment>('deployments.apps');
    this.replicaSets = client.informer<ReplicaSet>('replicasets.apps');
    this.statefulSets = client.informer<StatefulSet>('statefulsets.apps');
    this.budgets = client.informer<PodDisruptionBudget>(RESOURCE);
    this.queue = context.queue({
      name: 'disruption-controller',
      workers: 1,
      reconcile: (key) => this.sync(key),
    });
    const pods = client.informer<Pod>('pods');
    this.members = new BudgetMembers(this.budgets, pods, (key) => this.queue.add(key));
    resetStaleDisruptions(context, pods);
  }

  private sync(key: string): void {
    const budget = this.budgets.byKey(key);
    if (budget === undefined) return this.ownWrites.forget(key);
    if (!this.ownWrites.areSeen(key)) return;
    try {
      this.count(key, budget);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { wallMs } = this.client.clock;
      this.write(budget, failSafeStatus(budget, error.message, wallMs));
      throw error;
    }
  }

  private count(key: string, budget: PodDisruptionBudget): void {
    const { wallMs } = this.client.clock;
    const members = this.members.of(key);
    if (members.pods.size === 0) {
      this.recorder.event(budget, 'Normal', 'NoPods', 'No matching pods found');
    }
    const expectation = this.expect(budget, members);
    const disrupted = disruptedPods(budget, members, wallMs);
    for (const pod of disrupted.overdue) {
      const message = `Pod was expected by PDB ${key} to be deleted but it wasn't`;
      this.recorder.event(pod, 'Warning', 'NotDeleted', message);
    }
    const healthy = healthyPods(budget, members, disrupted.pods, wallMs);
    this.write(budget, budgetStatus(budget, expectation, healthy, disrupted.pods, wallMs));
    // Just past the instant: at it, the pod is not overdue yet.
    if (disrupted.recheckMs !== undefined) this.queue.addAfter(key, disrupted.recheckMs + 1);
  }

  private expect(budget: PodDisruptionBudget, members: Members): Expectation {
    let expectation: Expectation;
    try {
      expectation = expectedPods(this, budget, members);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const message = `Failed to calculate the number of expected pods: ${error.message}`;
      this.recorder.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', message);
      throw error;
    }
    if (expectation.unmanaged.length > 0) {
      const selector = dumpSelector(budget.spec.selector ?? {});
      this.recorder.event(budget, 'Warning', 'UnmanagedPods', unmanagedMessage(selector));
    }
    return expectation;
  }

  private write(budget: PodDisruptionBudget, status: PodDisruptionBudget['status']): void {
    if (status === budget.status) return;
    const updated = this.client.updateStatus<PodDisruptionBudget>(RESOURCE, { ...budget, status });
    this.ownWrites.note(keyOf(budget), this.budgets, updated);
  }
}

const unmanagedMessage = (selector: string): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. ` +
  'As a result, the status of the PDB cannot be calculated correctly, which may result in ' +
  'undefined behavior. To account for these pods please set ".spec.minAvailable" ' +
  'field of the PDB to an integer value.';

/** The selector as Go prints the structure. */
function dumpSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return (
    `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},` +
    `MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
  );
}
