/** `kubectl create` of disruption budgets and priority classes. */
import { usageError } from '../kubectl-error';
import { intOrText, labelsOf, type Generator } from './arguments';

export const disruptionBudget: Generator = {
  command: 'poddisruptionbudget',
  failure: 'failed to create poddisruptionbudgets:',
  generate: ({ flags }, name) => {
    const selector = flags.text('selector');
    if (selector === undefined) throw usageError('a selector must be specified');
    const [least, most] = [flags.text('min-available'), flags.text('max-unavailable')];
    if (least === undefined && most === undefined) {
      throw usageError('one of min-available or max-unavailable must be specified');
    }
    if (least !== undefined && most !== undefined) {
      throw usageError('min-available and max-unavailable cannot be both specified');
    }
    return {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: {
        ...(least === undefined
          ? { maxUnavailable: intOrText(most!) }
          : { minAvailable: intOrText(least) }),
        selector: { matchLabels: labelsOf(selector) },
      },
    };
  },
};

export const priorityClass: Generator = {
  command: 'priorityclass',
  failure: 'failed to create priorityclass:',
  generate: ({ flags }, name) => {
    const description = flags.text('description');
    return {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value: flags.int('value') ?? 0,
      ...(flags.isTrue('global-default') ? { globalDefault: true } : {}),
      ...(description === undefined ? {} : { description }),
      preemptionPolicy: flags.text('preemption-policy') ?? 'PreemptLowerPriority',
    };
  },
};
