/**
 * Which pods each PodDisruptionBudget covers, kept up to date pod by pod, so that no change of a
 * pod makes anybody look at all others.
 */
import type { Informer } from '../../client';
import { compileSelector } from '../../api/label-selector';
import { keyOf } from '../../api/object';
import type { Pod, PodDisruptionBudget } from '../../api/objects';

const NAMESPACE = 'namespace';

export class BudgetMembers {
  private readonly members = new Map<string, Map<string, Pod>>();

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
      added: (pod) => this.put(pod, undefined),
      updated: (pod, previous) => this.put(pod, previous),
      deleted: (pod) => this.remove(pod),
    });
  }

  /** The pods of a budget, in the order in which they came under it. */
  of(budgetKey: string): Pod[] {
    return [...(this.members.get(budgetKey)?.values() ?? [])];
  }

  private budgetsOf(pod: Pod): Iterable<PodDisruptionBudget> {
    return this.budgets.byIndex(NAMESPACE, pod.metadata.namespace).values();
  }

  private rebuild(budget: PodDisruptionBudget): void {
    const matches = compileSelector(budget.spec.selector);
    const members = new Map<string, Pod>();
    for (const pod of this.pods.byIndex(NAMESPACE, budget.metadata.namespace).values()) {
      if (matches(pod.metadata.labels)) members.set(keyOf(pod), pod);
    }
    this.members.set(keyOf(budget), members);
    this.changed(keyOf(budget));
  }

  private put(pod: Pod, previous: Pod | undefined): void {
    const key = keyOf(pod);
    for (const budget of this.budgetsOf(pod)) {
      const members = this.members.get(keyOf(budget));
      if (members === undefined) continue;
      if (compileSelector(budget.spec.selector)(pod.metadata.labels)) members.set(key, pod);
      else if (previous === undefined || !members.delete(key)) continue;
      this.changed(keyOf(budget));
    }
  }

  private remove(pod: Pod): void {
    for (const budget of this.budgetsOf(pod)) {
      const members = this.members.get(keyOf(budget));
      if (members?.delete(keyOf(pod)) === true) this.changed(keyOf(budget));
    }
  }
}
