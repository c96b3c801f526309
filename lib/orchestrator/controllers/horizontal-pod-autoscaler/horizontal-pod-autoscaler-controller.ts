/**
 * The HorizontalPodAutoscaler controller: every 15 s it compares what a workload's pods use with
 * what they should, and sets the workload's scale.
 */
import { parseSelector } from '../../api/label-selector';
import type { Condition, HorizontalPodAutoscaler, Pod } from '../../api/objects';
import { keyOf, type KubeObject } from '../../api/object';
import { ApiStatusError } from '../../api/status-error';
import { formatTime } from '../../api/timestamps';
import { kindNamed } from '../../api/kinds';
import type { Client, ControllerContext, EventRecorder, Informer, WorkQueue } from '../../client';
import { controller } from '../../client';
import { evaluate, type Evaluation } from './metrics';
import { normalize, noteScale, type Memory } from './normalize';

// --horizontal-pod-autoscaler-sync-period
const SYNC_MS = 15_000;
const RESOURCE = 'horizontalpodautoscalers.autoscaling';

interface Scale extends KubeObject {
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

interface Found {
  readonly scale: Scale;
  readonly resource: string;
}

/** What one pass decides, for the status. */
interface Draft {
  conditions: Condition[];
  currentReplicas: number;
  desiredReplicas: number;
  currentMetrics: readonly unknown[] | null | undefined;
  lastScaleTime: string | undefined;
}

export const horizontalPodAutoscalerController = controller({
  name: 'horizontal-pod-autoscaler-controller',
  start: (context) => new Autoscaler(context).follow(),
});

class Autoscaler {
  private readonly client: Client;
  private readonly autoscalers: Informer<HorizontalPodAutoscaler>;
  private readonly pods: Informer<Pod>;
  private readonly events: EventRecorder;
  private readonly queue: WorkQueue;
  private readonly memories = new Map<string, Memory>();

  constructor(context: ControllerContext) {
    this.client = context.client;
    this.autoscalers = context.client.informer(RESOURCE);
    this.pods = context.client.informer('pods');
    this.events = context.recorder('horizontal-pod-autoscaler');
    this.queue = context.queue({
      name: 'horizontal-pod-autoscaler-controller',
      reconcile: (key) => this.sync(key),
    });
  }

  follow(): void {
    const later = (hpa: HorizontalPodAutoscaler): void => this.queue.addAfter(keyOf(hpa), SYNC_MS);
    this.autoscalers.addHandlers({
      added: later,
      updated: later,
      deleted: (hpa) => void this.memories.delete(keyOf(hpa)),
    });
  }

  private sync(key: string): void {
    const hpa = this.autoscalers.byKey(key);
    if (hpa === undefined) return;
    this.queue.addAfter(key, SYNC_MS);
    const draft: Draft = {
      conditions: [...(hpa.status.conditions ?? [])],
      currentReplicas: hpa.status.currentReplicas ?? 0,
      desiredReplicas: hpa.status.desiredReplicas,
      currentMetrics: hpa.status.currentMetrics,
      lastScaleTime: hpa.status.lastScaleTime,
    };
    this.pass(hpa, key, draft);
    this.writeStatus(hpa, draft);
  }

  private pass(hpa: HorizontalPodAutoscaler, key: string, draft: Draft): void {
    const found = this.scaleOf(hpa, draft);
    if (found === undefined) return;
    const current = found.scale.spec.replicas ?? 0;
    const memory = this.memoryOf(key, current);
    draft.currentReplicas = current;
    const { minReplicas, maxReplicas } = hpa.spec;
    if (current === 0 && minReplicas !== 0) {
      this.set(
        draft,
        'ScalingActive',
        'False',
        'ScalingDisabled',
        'scaling is disabled since the replica count of the target is zero',
      );
      draft.desiredReplicas = 0;
      return;
    }
    if (current > maxReplicas) {
      this.rescale(
        hpa,
        found,
        draft,
        memory,
        maxReplicas,
        'Current number of replicas above Spec.MaxReplicas',
      );
    } else if (current < minReplicas) {
      this.rescale(
        hpa,
        found,
        draft,
        memory,
        minReplicas,
        'Current number of replicas below Spec.MinReplicas',
      );
    } else {
      this.byMetrics(hpa, found, draft, memory, current);
    }
  }

  private byMetrics(
    hpa: HorizontalPodAutoscaler,
    found: Found,
    draft: Draft,
    memory: Memory,
    current: number,
  ): void {
    const selector = found.scale.status.selector;
    if (!selector) {
      this.events.event(hpa, 'Warning', 'SelectorRequired', 'selector is required');
      this.set(
        draft,
        'ScalingActive',
        'False',
        'InvalidSelector',
        "the HPA target's scale is missing a selector",
      );
      return;
    }
    const { namespace } = hpa.metadata;
    const selects = parseSelector(selector).matches;
    // Added when the first autoscaler needs it: most clusters' pods need no such index.
    this.pods.addIndex('namespace', (pod) => pod.metadata.namespace);
    const pods = [...this.pods.byIndex('namespace', namespace).values()].filter((pod) =>
      selects(pod.metadata.labels),
    );
    const evaluation = evaluate(this.client, hpa, { namespace, selects, pods, current });
    draft.currentMetrics = evaluation.currents;
    const proposal = this.proposalOf(hpa, draft, evaluation, current);
    if (proposal === undefined) return;
    const { replicas, able, limited } = normalize(
      hpa,
      memory,
      current,
      proposal.replicas,
      this.client.clock.now,
    );
    this.set(draft, 'AbleToScale', 'True', able.reason, able.message);
    this.set(draft, 'ScalingLimited', limited.status, limited.reason, limited.message);
    const reason =
      proposal.replicas > current ? `${proposal.name} above target` : 'All metrics below target';
    if (replicas === current) draft.desiredReplicas = current;
    else this.rescale(hpa, found, draft, memory, replicas, reason);
  }

  /** The largest proposal; none if the metrics that failed might have asked for more. */
  private proposalOf(
    hpa: HorizontalPodAutoscaler,
    draft: Draft,
    { best, failures, currents }: Evaluation,
    current: number,
  ): { replicas: number; name: string } | undefined {
    const [first] = failures;
    for (const { reason, message } of failures) this.events.event(hpa, 'Warning', reason, message);
    if (first !== undefined && (best === undefined || best.replicas < current)) {
      this.set(
        draft,
        'ScalingActive',
        'False',
        first.reason,
        `the HPA was unable to compute the replica count: ${first.message}`,
      );
      this.events.event(
        hpa,
        'Warning',
        'FailedComputeMetricsReplicas',
        `invalid metrics (${failures.length} invalid out of ${currents.length}), first error is: ${first.first}`,
      );
      return undefined;
    }
    this.set(
      draft,
      'ScalingActive',
      'True',
      'ValidMetricFound',
      `the HPA was able to successfully calculate a replica count from ${best!.name}`,
    );
    return best;
  }

  private rescale(
    hpa: HorizontalPodAutoscaler,
    found: Found,
    draft: Draft,
    memory: Memory,
    replicas: number,
    reason: string,
  ): void {
    const { clock } = this.client;
    const before = found.scale.spec.replicas ?? 0;
    const { namespace } = hpa.metadata;
    const { name } = hpa.spec.scaleTargetRef;
    try {
      const body = { ...found.scale, spec: { ...found.scale.spec, replicas } };
      this.client.subresource('update', found.resource, namespace, name, 'scale', body);
    } catch (error) {
      if (!(error instanceof ApiStatusError)) throw error;
      this.events.event(
        hpa,
        'Warning',
        'FailedRescale',
        `New size: ${replicas}; reason: ${reason}; error: ${error.message}`,
      );
      this.set(
        draft,
        'AbleToScale',
        'False',
        'FailedUpdateScale',
        `the HPA controller was unable to update the target scale: ${error.message}`,
      );
      return;
    }
    this.set(
      draft,
      'AbleToScale',
      'True',
      'SucceededRescale',
      `the HPA controller was able to update the target scale to ${replicas}`,
    );
    this.events.event(
      hpa,
      'Normal',
      'SuccessfulRescale',
      `New size: ${replicas}; reason: ${reason}`,
    );
    if (hpa.spec.behavior !== undefined) noteScale(memory, before, replicas, clock.now);
    draft.desiredReplicas = replicas;
    draft.lastScaleTime = formatTime(clock.wallMs);
  }

  private scaleOf(hpa: HorizontalPodAutoscaler, draft: Draft): Found | undefined {
    const { kind, name, apiVersion } = hpa.spec.scaleTargetRef;
    try {
      const definition = kindNamed(kind);
      if (definition === undefined)
        throw new Error(`no matches for kind "${kind}" in group "${apiVersion ?? ''}"`);
      const resource = definition.group
        ? `${definition.plural}.${definition.group}`
        : definition.plural;
      const scale = this.client.subresource<Scale>(
        'get',
        resource,
        hpa.metadata.namespace,
        name,
        'scale',
      );
      this.set(
        draft,
        'AbleToScale',
        'True',
        'SucceededGetScale',
        "the HPA controller was able to get the target's current scale",
      );
      return { scale, resource };
    } catch (error) {
      const message = (error as Error).message;
      this.events.event(hpa, 'Warning', 'FailedGetScale', message);
      this.set(
        draft,
        'AbleToScale',
        'False',
        'FailedGetScale',
        `the HPA controller was unable to get the target's current scale: ${message}`,
      );
      return undefined;
    }
  }

  private memoryOf(key: string, current: number): Memory {
    let memory = this.memories.get(key);
    if (memory === undefined) {
      const first = { replicas: current, at: this.client.clock.now };
      memory = { recommendations: [first], ups: [], downs: [] };
      this.memories.set(key, memory);
    }
    return memory;
  }

  /** Conditions keep the order in which they first came. */
  private set(
    draft: Draft,
    type: string,
    status: Condition['status'],
    reason: string,
    message: string,
  ): void {
    const at = draft.conditions.findIndex((c) => c.type === type);
    const existing = draft.conditions[at];
    const lastTransitionTime =
      existing?.status === status
        ? existing.lastTransitionTime
        : formatTime(this.client.clock.wallMs);
    const condition = { type, status, lastTransitionTime, reason, message } as Condition;
    if (at < 0) draft.conditions.push(condition);
    else draft.conditions[at] = condition;
  }

  private writeStatus(hpa: HorizontalPodAutoscaler, draft: Draft): void {
    const { lastScaleTime, currentReplicas, ...rest } = draft;
    const status = {
      ...rest,
      // As Go writes it: none is left out.
      ...(currentReplicas === 0 ? {} : { currentReplicas }),
      ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    };
    this.client.updateStatus<HorizontalPodAutoscaler>(RESOURCE, { ...hpa, status });
  }
}
