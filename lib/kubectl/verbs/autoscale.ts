/** `kubectl autoscale`: a HorizontalPodAutoscaler for a workload. */
import { apiVersionOf } from '../../orchestrator/apiserver/resource-registry';
import { targetsOf } from '../input/targets';
import type { Invocation } from '../invocation';
import { usageError } from '../kubectl-error';
import { createOne } from './create';
import type { JsonObject } from '../../orchestrator/api/object';

export function autoscale(invocation: Invocation): void {
  const { flags, words } = invocation;
  const max = flags.int('max');
  if (max === undefined) throw usageError('required flag(s) "max" not set');
  if (max < 1) {
    throw usageError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
  }
  const min = flags.int('min');
  if (min !== undefined && max < min) {
    throw usageError(
      `--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`,
    );
  }
  const metrics = ['cpu', 'memory'].flatMap((name) => {
    const text = flags.text(name) ?? (name === 'cpu' ? flags.text('cpu-percent') : undefined);
    return text === undefined ? [] : [metricOf(name, text)];
  });
  for (const { kind, object } of targetsOf(invocation, words)) {
    const { name } = object.metadata;
    const hpa: JsonObject = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: flags.text('name') ?? name },
      spec: {
        scaleTargetRef: { apiVersion: apiVersionOf(kind), kind: kind.kind, name },
        ...(min === undefined || min < 0 ? {} : { minReplicas: min }),
        maxReplicas: max,
        ...(metrics.length === 0 ? {} : { metrics }),
      },
    };
    createOne(invocation, hpa, 'kubectl-autoscale', 'autoscaled');
  }
}

/** `70%` is of the requests; anything else is an amount. */
function metricOf(name: string, text: string): JsonObject {
  const percent = /^(\d+)%?$/.exec(text);
  const target =
    percent !== null && (text.endsWith('%') || name === 'cpu')
      ? { type: 'Utilization', averageUtilization: Number(percent[1]) }
      : { type: 'AverageValue', averageValue: text };
  return { type: 'Resource', resource: { name, target } };
}
