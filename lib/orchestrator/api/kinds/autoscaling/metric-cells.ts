/** The Targets column of autoscalers: `cpu: 50%/80%`, `<unknown>/1k`, two metrics at most. */
import type { DraftMetric, DraftMetricTarget } from './horizontal-pod-autoscaler-validation';

type Current = Readonly<Record<string, { readonly current?: DraftMetricTarget } | undefined>>;

const LISTED = 2;
const UNKNOWN = '<unknown>';

export function metricsCell(metrics: readonly DraftMetric[], statuses: readonly unknown[]): string {
  if (metrics.length === 0) return '<none>';
  const texts = metrics.map((metric, i) => metricText(metric, (statuses[i] ?? {}) as Current));
  const shown = texts.slice(0, LISTED).join(', ');
  return texts.length > LISTED ? `${shown} + ${texts.length - LISTED} more...` : shown;
}

function metricText(metric: DraftMetric, status: Current): string {
  switch (metric.type) {
    case 'External':
    case 'Object': {
      const field = metric.type === 'External' ? 'external' : 'object';
      const target = metric[field]?.target;
      const current = status[field]?.current;
      if (target?.averageValue !== undefined) {
        return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
      }
      return `${current?.value ?? UNKNOWN}/${target?.value ?? ''}`;
    }
    case 'Pods':
      return averages(status['pods']?.current, metric.pods?.target);
    case 'Resource':
    case 'ContainerResource': {
      const field = metric.type === 'Resource' ? 'resource' : 'containerResource';
      const source = metric[field];
      return `${source?.name ?? ''}: ${usage(status[field]?.current, source?.target)}`;
    }
    default:
      return '<unknown type>';
  }
}

function usage(current: DraftMetricTarget | undefined, target: DraftMetricTarget = {}): string {
  if (target.averageValue !== undefined) return averages(current, target);
  const percent = (value: number | undefined, otherwise: string): string =>
    value === undefined ? otherwise : `${value}%`;
  const now = percent(current?.averageUtilization, UNKNOWN);
  return `${now}/${percent(target.averageUtilization, '<auto>')}`;
}

const averages = (current?: DraftMetricTarget, target?: DraftMetricTarget): string =>
  `${current?.averageValue ?? UNKNOWN}/${target?.averageValue ?? ''}`;
