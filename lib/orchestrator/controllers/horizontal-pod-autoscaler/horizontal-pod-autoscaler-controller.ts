/**
 * The HorizontalPodAutoscaler controller: it compares what a workload's pods use with what they
 * should, sets the workload's scale, and does so again 15 s after it is done. It is done when the
 * metrics API has answered for each metric; all that it does it does then.
 */
import { keyOf } from '../../api/object';
import type { HorizontalPodAutoscaler, Pod } from '../../api/objects';
import type {
  Client,
  ControllerContext,
  ControllerDefinition,
  EventRecorder,
  Informer,
  WorkQueue,
} from '../../client';
import { controller } from '../../client';
import { definitionsOf } from '../framework/custom-resources';
import { AutoscalerPass } from './autoscaler-pass';
import type { Memory } from './normalize';
import { SelectingAutoscalers } from './selecting-autoscalers';

// --horizontal-pod-autoscaler-sync-period
const SYNC_MS = 15_000;
const RESOURCE = 'horizontalpodautoscalers.autoscaling';

/** @param metricsMs how long the metrics API takes to answer */
export const horizontalPodAutoscalerController = (metricsMs: number): ControllerDefinition =>
  controller({
    name: 'horizontal-pod-autoscaler-controller',
    start: (context) => new Autoscaler(context, metricsMs).follow(),
  });

class Autoscaler {
  readonly client: Client;
  readonly pods: Informer<Pod>;
  readonly events: EventRecorder;
  readonly selecting = new SelectingAutoscalers();
  private readonly autoscalers: Informer<HorizontalPodAutoscaler>;
  private readonly queue: WorkQueue;
  private readonly memories = new Map<string, Memory>();

  constructor(
    context: ControllerContext,
    private readonly metricsMs: number,
  ) {
    this.client = context.client;
    this.autoscalers = context.client.informer(RESOURCE);
    this.pods = context.client.informer('pods');
    // Targets may be custom resources.
    definitionsOf(context.client);
    this.events = context.recorder('horizontal-pod-autoscaler');
    this.queue = context.queue({
      name: 'horizontal-pod-autoscaler-controller',
      reconcile: (key) => this.sync(key),
    });
  }

  follow(): void {
    const later = (hpa: HorizontalPodAutoscaler): void => this.syncLater(hpa);
    this.autoscalers.addHandlers({
      added: later,
      updated: later,
      deleted: (hpa) => this.selecting.delete(keyOf(hpa)),
    });
  }

  memoryOf(hpa: HorizontalPodAutoscaler, current: number): Memory {
    const key = keyOf(hpa);
    let memory = this.memories.get(key);
    if (memory === undefined) {
      const first = { replicas: current, at: this.client.clock.now };
      memory = { recommendations: [first], ups: [], downs: [] };
      this.memories.set(key, memory);
    }
    return memory;
  }

  private syncLater(hpa: HorizontalPodAutoscaler): void {
    const metrics = hpa.spec.metrics?.length ?? 1;
    this.queue.addAfter(keyOf(hpa), SYNC_MS + metrics * this.metricsMs);
  }

  private sync(key: string): void {
    const hpa = this.autoscalers.byKey(key);
    // One that is back by the time of its next pass goes on where its predecessor was.
    if (hpa === undefined) return void this.memories.delete(key);
    this.syncLater(hpa);
    const status = new AutoscalerPass(this, hpa).run();
    this.client.updateStatus<HorizontalPodAutoscaler>(RESOURCE, { ...hpa, status });
  }
}
