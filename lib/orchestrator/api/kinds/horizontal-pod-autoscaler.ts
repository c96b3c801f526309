/** HorizontalPodAutoscaler (autoscaling/v2): how many replicas a workload has for its load. */
import type { Draft } from '../kind';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject } from '../object';
import type { HorizontalPodAutoscaler, MetricSpec, ScalingRules } from '../objects/policy';
import type {
  DraftAutoscalerSpec,
  DraftScalingRules,
} from './autoscaling/horizontal-pod-autoscaler-validation';
import { autoscalerSpecErrors } from './autoscaling/horizontal-pod-autoscaler-validation';
import { metricsCell } from './autoscaling/metric-cells';
import { ageCell, kind } from './define';
import { nonNegativeNumber } from './fields/field-validation';
import { withFields } from './fields/structural-sharing';

const CPU_UTILIZATION = 80;
const PERIOD_SECONDS = 15;

const DEFAULT_METRICS: readonly MetricSpec[] = [
  {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: CPU_UTILIZATION } },
  },
];
const SCALE_UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS },
    { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS },
  ],
};
/** The window is the controller's own setting. */
const SCALE_DOWN: ScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS }],
};

const specOf = (object: unknown): DraftAutoscalerSpec =>
  (object as { spec?: DraftAutoscalerSpec }).spec ?? {};

export const horizontalPodAutoscalerKind = kind({
  apiVersion: 'autoscaling/v2',
  plural: 'horizontalpodautoscalers',
  applyDefaults(draft) {
    const spec = specOf(draft);
    const { behavior } = spec;
    draft['spec'] = withFields(spec, {
      minReplicas: spec.minReplicas ?? 1,
      metrics: spec.metrics?.length ? spec.metrics : DEFAULT_METRICS,
      behavior:
        behavior &&
        withFields(behavior, {
          scaleUp: filledRules(behavior.scaleUp, SCALE_UP),
          scaleDown: filledRules(behavior.scaleDown, SCALE_DOWN),
        }),
    });
  },
  prepareForCreate(draft) {
    draft['status'] = { desiredReplicas: 0, currentMetrics: null };
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...autoscalerSpecErrors(specOf(draft), 'spec'),
  ],
  validateStatusUpdate(draft: Draft) {
    const status = (draft['status'] ?? {}) as HorizontalPodAutoscaler['status'];
    return [
      ...nonNegativeNumber(status.currentReplicas, 'status.currentReplicas'),
      ...nonNegativeNumber(status.desiredReplicas, 'status.desiredReplicas'),
    ];
  },
  cells(object: KubeObject, context) {
    const { spec, status } = object as HorizontalPodAutoscaler;
    return [
      object.metadata.name,
      `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
      metricsCell(spec.metrics ?? [], status?.currentMetrics ?? []),
      String(spec.minReplicas ?? '<unset>'),
      spec.maxReplicas,
      status?.currentReplicas ?? 0,
      ageCell(object.metadata.creationTimestamp, context),
    ];
  },
});

/** What the client left out of the rules; its policies replace the usual ones as a whole. */
function filledRules(rules: DraftScalingRules | undefined, usual: ScalingRules): DraftScalingRules {
  if (rules === undefined) return usual;
  return withFields(rules, {
    stabilizationWindowSeconds:
      rules.stabilizationWindowSeconds ?? usual.stabilizationWindowSeconds,
    selectPolicy: rules.selectPolicy ?? usual.selectPolicy,
    policies: rules.policies ?? usual.policies,
  });
}
