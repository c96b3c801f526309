/**
 * One pass over one autoscaler: from the scale that its target has, by what its metrics ask for,
 * to the scale that it gets, and what the status and the events say of it.
 */
import { parseSelector, SelectorError, type LabelMatcher } from '../../api/label-selector';
import { keyOf } from '../../api/object';
import type { HorizontalPodAutoscaler, Pod } from '../../api/objects';
import { ApiStatusError } from '../../api/status-error';
import type { Client, EventRecorder, Informer } from '../../client';
import { evaluate, type Evaluation, type MetricResult, type Target } from './metrics';
import { normalize, type Memory } from './normalize';
import { noteScale } from './rate-limits';
import { ScaleTarget } from './scale-target';
import type { SelectingAutoscalers } from './selecting-autoscalers';
import { StatusDraft } from './status-draft';

export interface AutoscalerContext {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly pods: Informer<Pod>;
  readonly selecting: SelectingAutoscalers;
  /** What is remembered of the autoscaler; begins with how many replicas its target has now. */
  memoryOf(hpa: HorizontalPodAutoscaler, current: number): Memory;
}

export class AutoscalerPass {
  private readonly draft: StatusDraft;

  constructor(
    private readonly context: AutoscalerContext,
    private readonly hpa: HorizontalPodAutoscaler,
  ) {
    this.draft = new StatusDraft(hpa.status, context.client.clock.wallMs);
  }

  /** Scales if that is called for; returns the status to write. */
  run(): HorizontalPodAutoscaler['status'] {
    const target = this.findTarget();
    if (target !== undefined) this.scale(target);
    return this.draft.finished();
  }

  private scale(target: ScaleTarget): void {
    const { draft } = this;
    const { minReplicas, maxReplicas } = this.hpa.spec;
    const current = target.replicas;
    const memory = this.context.memoryOf(this.hpa, current);
    draft.currentReplicas = current;
    // None, unless this pass looks at them.
    draft.currentMetrics = null;
    if (current === 0 && minReplicas !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      draft.set('ScalingActive', 'False', 'ScalingDisabled', message);
      draft.desiredReplicas = 0;
    } else if (current > maxReplicas) {
      const reason = 'Current number of replicas above Spec.MaxReplicas';
      this.rescale(target, memory, maxReplicas, reason);
    } else if (current < minReplicas) {
      const reason = 'Current number of replicas below Spec.MinReplicas';
      this.rescale(target, memory, minReplicas, reason);
    } else {
      this.scaleByMetrics(target, memory);
    }
  }

  private scaleByMetrics(target: ScaleTarget, memory: Memory): void {
    const { hpa, draft } = this;
    const { client } = this.context;
    const current = target.replicas;
    const scaled = this.select(target);
    if (scaled === undefined) return;
    const evaluation = evaluate(client, hpa, scaled);
    draft.currentMetrics = evaluation.currents;
    const proposal = this.proposalOf(evaluation, current);
    if (proposal === undefined) return;
    const { now } = client.clock;
    const question = { hpa, memory, current, proposal: proposal.replicas, now };
    const { replicas, able, limited } = normalize(question);
    draft.set('AbleToScale', 'True', able.reason, able.message);
    draft.set('ScalingLimited', limited.status, limited.reason, limited.message);
    const reason =
      proposal.replicas > current ? `${proposal.name} above target` : 'All metrics below target';
    if (replicas === current) draft.desiredReplicas = current;
    else this.rescale(target, memory, replicas, reason);
  }

  /** The pods that are scaled; undefined if that cannot be said, or if others scale them too. */
  private select({ selector, replicas: current }: ScaleTarget): Target | undefined {
    const { pods: informer, selecting } = this.context;
    const { namespace } = this.hpa.metadata;
    if (!selector) {
      const message = "the HPA target's scale is missing a selector";
      this.cannotSelect('SelectorRequired', 'InvalidSelector', 'selector is required', message);
      return undefined;
    }
    const selects = this.matcherOf(selector);
    if (selects === undefined) return undefined;
    selecting.put(keyOf(this.hpa), namespace, selector);
    // Added when the first autoscaler needs it: most clusters' pods need no such index.
    informer.addIndex('namespace', (pod) => pod.metadata.namespace);
    const pods = [...informer.byIndex('namespace', namespace).values()].filter((pod) =>
      selects(pod.metadata.labels),
    );
    const autoscalers = selecting.of(namespace, pods);
    if (autoscalers.length > 1) {
      const all = autoscalers.join(' ');
      const why = `pods by selector ${selector} are controlled by multiple HPAs: [${all}]`;
      this.cannotSelect('AmbiguousSelector', 'AmbiguousSelector', why, why);
      return undefined;
    }
    return { namespace, selects, pods, current };
  }

  /** Undefined if it is no selector, as custom resources may have any text there. */
  private matcherOf(selector: string): LabelMatcher | undefined {
    try {
      return parseSelector(selector).matches;
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      const why = `couldn't convert selector into a corresponding internal selector object: ${error.message}`;
      this.cannotSelect('InvalidSelector', 'InvalidSelector', why, why);
      return undefined;
    }
  }

  private cannotSelect(event: string, reason: string, why: string, message: string): void {
    this.warn(event, why);
    this.draft.set('ScalingActive', 'False', reason, message);
    this.warn('FailedComputeMetricsReplicas', why);
  }

  /** The largest proposal; none if the metrics that failed might have asked for more. */
  private proposalOf(
    { best, failures, currents }: Evaluation,
    current: number,
  ): MetricResult | undefined {
    const { draft } = this;
    const [first] = failures;
    for (const { reason, message } of failures) this.warn(reason, message);
    if (first !== undefined && (best === undefined || best.replicas < current)) {
      const message = `the HPA was unable to compute the replica count: ${first.message}`;
      draft.set('ScalingActive', 'False', first.reason, message);
      const count = `${failures.length} invalid out of ${currents.length}`;
      this.warn(
        'FailedComputeMetricsReplicas',
        `invalid metrics (${count}), first error is: ${first.first}`,
      );
      return undefined;
    }
    const message = `the HPA was able to successfully calculate a replica count from ${best!.name}`;
    draft.set('ScalingActive', 'True', 'ValidMetricFound', message);
    return best;
  }

  private rescale(target: ScaleTarget, memory: Memory, replicas: number, reason: string): void {
    const { hpa, draft } = this;
    const { client, events } = this.context;
    const what = `New size: ${replicas}; reason: ${reason}`;
    try {
      target.resize(replicas);
    } catch (error) {
      if (!(error instanceof ApiStatusError)) throw error;
      this.warn('FailedRescale', `${what}; error: ${error.message}`);
      const message = `the HPA controller was unable to update the target scale: ${error.message}`;
      draft.set('AbleToScale', 'False', 'FailedUpdateScale', message);
      return;
    }
    const message = `the HPA controller was able to update the target scale to ${replicas}`;
    draft.set('AbleToScale', 'True', 'SucceededRescale', message);
    events.event(hpa, 'Normal', 'SuccessfulRescale', what);
    if (hpa.spec.behavior !== undefined) {
      noteScale(memory, target.replicas, replicas, client.clock.now);
    }
    draft.scaledTo(replicas);
  }

  private findTarget(): ScaleTarget | undefined {
    try {
      const target = ScaleTarget.of(this.context.client, this.hpa);
      const message = "the HPA controller was able to get the target's current scale";
      this.draft.set('AbleToScale', 'True', 'SucceededGetScale', message);
      return target;
    } catch (error) {
      const { message } = error as Error;
      this.warn('FailedGetScale', message);
      const why = `the HPA controller was unable to get the target's current scale: ${message}`;
      this.draft.set('AbleToScale', 'False', 'FailedGetScale', why);
      return undefined;
    }
  }

  private warn(reason: string, message: string): void {
    this.context.events.event(this.hpa, 'Warning', reason, message);
  }
}
