/**
 * Which pods each PodDisruptionBudget covers, and how many of them are healthy and by whom they
 * are controlled: kept up to date pod by pod, so that no change of a pod makes anybody look at all
 * others.
 */
import { compileSelector } from '../../api/label-selector';
import type { OwnerReference } from '../../api/object';
import { controllerOf, keyOf } from '../../api/object';
import type { Pod, PodDisruptionBudget } from '../../api/objects';
import { isPodReady } from '../../api/objects/pod';
import type { Informer } from '../../client';

const NAMESPACE = 'namespace';

interface Owner {
  readonly reference: OwnerReference;
  pods: number;
}

/** The pods of one budget. */
export class Members {
  /** By key, in the order in which they came under the budget. */
  readonly pods = new Map<string, Pod>();
  /** By uid: the controllers of the pods. */
  readonly owners = new Map<string, Owner>();
  /** Names of pods without a controller. */
  readonly unmanaged = new Set<string>();
  /** Ready and not being deleted. */
  healthy = 0;

  put(key: string, pod: Pod): void {
    const previous = this.pods.get(key);
    if (previous !== undefined) this.count(previous, -1);
    this.pods.set(key, pod);
    this.count(pod, 1);
  }

  remove(key: string): boolean {
    const previous = this.pods.get(key);
    if (previous === undefined) return false;
    this.pods.delete(key);
    this.count(previous, -1);
    return true;
  }

  private count(pod: Pod, sign: 1 | -1): void {
    if (isHealthy(pod)) this.healthy += sign;
    const reference = controllerOf(pod);
    if (reference === undefined) {
      if (sign > 0) this.unmanaged.add(pod.metadata.name);
      else this.unmanaged.delete(pod.metadata.name);
      return;
    }
    const owner = this.owners.get(reference.uid);
    if (owner === undefined) this.owners.set(reference.uid, { reference, pods: 1 });
    else if ((owner.pods += sign) === 0) this.owners.delete(reference.uid);
  }
}

export const isHealthy = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp === undefined && isPodReady(pod);

export class BudgetMembers {
  private readonly members = new Map<string, Members>();

  /** @param changed is told the key of each budget that must be looked at. */
  constructor(
    private readonly budgets: Informer<PodDisruptionBudget>,
    private readonly pods: Informer<Pod>,
    private readonly changed: (budgetKey: string) => void,
  ) {
    budgets.addIndex(NAMESPACE, (budget) => budget.metadata.namespace);
    pods.addIndex(NAMESPACE, (pod) => pod.metadata.namespace);
    budgets.addHandlers({
      added: (budget) => this.rebuild(budget),
      updated: (budget, previous) => {
        if (budget.spec.selector === previous.spec.selector) changed(keyOf(budget));
        else this.rebuild(budget);
      },
      deleted: (budget) => void this.members.delete(keyOf(budget)),
    });
    pods.addHandlers({
      added: (pod) => this.put(pod),
      updated: (pod) => this.put(pod),
      deleted: (pod) => this.remove(pod),
    });
  }

  of(budgetKey: string): Members {
    return this.members.get(budgetKey) ?? new Members();
  }

  private budgetsOf(pod: Pod): Iterable<PodDisruptionBudget> {
    return this.budgets.byIndex(NAMESPACE, pod.metadata.namespace).values();
  }

  private rebuild(budget: PodDisruptionBudget): void {
    const matches = compileSelector(budget.spec.selector);
    const members = new Members();
    for (const pod of this.pods.byIndex(NAMESPACE, budget.metadata.namespace).values()) {
      if (matches(pod.metadata.labels)) members.put(keyOf(pod), pod);
    }
    this.members.set(keyOf(budget), members);
    this.changed(keyOf(budget));
  }

  private put(pod: Pod): void {
    const key = keyOf(pod);
    for (const budget of this.budgetsOf(pod)) {
      const members = this.members.get(keyOf(budget));
      if (members === undefined) continue;
      if (compileSelector(budget.spec.selector)(pod.metadata.labels)) members.put(key, pod);
      else if (!members.remove(key)) continue;
      this.changed(keyOf(budget));
    }
  }

  private remove(pod: Pod): void {
    for (const budget of this.budgetsOf(pod)) {
      const members = this.members.get(keyOf(budget));
      if (members?.remove(keyOf(pod)) === true) this.changed(keyOf(budget));
    }
  }
}
