/**
 * Scheduler and kubelets in one, as KWOK plays them: a new pod is bound to the next node, runs at
 * once, is Ready after a while, and gone 1 s after its deletion.
 */
import { Client, type ClientOptions } from '../../../lib/orchestrator/client';
import { keyOf, splitKey } from '../../../lib/orchestrator/api/object';
import type { Condition, Pod } from '../../../lib/orchestrator/api/objects';
import { isNotFound } from '../../../lib/orchestrator/api/status-error';
import { formatTime } from '../../../lib/orchestrator/api/timestamps';
import { targetNode } from '../../../lib/orchestrator/controllers/daemon-set/daemon-pod';
import type { Timer } from '../../../lib/orchestrator/sim';

export interface NodeAgentOptions {
  /** Whether pods get ready on the millisecond, not on whole seconds together. @default false */
  readonly readyApart?: boolean;
  /** @default 3 */
  readonly nodes?: number;
  /** Milliseconds from running to Ready. @default 2000 */
  readonly readyAfterMs?: number;
  /** Milliseconds from deletion to gone. @default 1000 */
  readonly goneAfterMs?: number;
}

export class NodeAgent {
  private readonly client: Client;
  private readonly start: Timer<string>;
  private readonly ready: Timer<string>;
  private readonly gone: Timer<string>;
  private readonly end: Timer<string>;
  private bound = 0;

  constructor(
    base: Omit<ClientOptions, 'component'>,
    private readonly options: NodeAgentOptions = {},
  ) {
    this.client = new Client({ ...base, component: 'node-agent' });
    const { clock } = base;
    this.start = clock.timer('node-agent: start', (key) => this.run(key));
    this.ready = clock.timer('node-agent: ready', (key) => this.makeReady(key));
    this.end = clock.timer('node-agent: end', (key) => this.finish(key));
    this.gone = clock.timer('node-agent: gone', (key) => this.remove(key));
    this.client.informer<Pod>('pods').addHandlers({
      added: (pod) => {
        if (pod.status.phase === 'Pending') this.start.after(2, keyOf(pod));
      },
      updated: (pod, previous) => {
        const leaving = pod.metadata.deletionTimestamp !== undefined;
        if (leaving && previous.metadata.deletionTimestamp === undefined) {
          this.gone.after(this.options.goneAfterMs ?? 1000, keyOf(pod));
        }
      },
    });
  }

  private get(key: string): Pod | undefined {
    const { namespace, name } = splitKey(key);
    return this.client.tryGet<Pod>('pods', namespace, name);
  }

  private run(key: string): void {
    const pod = this.get(key);
    if (pod === undefined || pod.spec.nodeName || pod.metadata.deletionTimestamp) return;
    const nodeName = targetNode(pod) ?? `node-${(this.bound++ % (this.options.nodes ?? 3)) + 1}`;
    const { namespace, name } = pod.metadata;
    this.client.subresource('create', 'pods', namespace, name, 'binding', {
      target: { kind: 'Node', name: nodeName },
    });
    const now = formatTime(this.client.clock.wallMs);
    this.setStatus(key, { phase: 'Running', startTime: now }, 'False');
    const annotations = pod.metadata.annotations ?? {};
    if (pod.spec.restartPolicy !== 'Always') {
      this.end.after(annotations['drydock/exit-code'] ? 1000 : 2000, key);
      return;
    }
    if (annotations['drydock/never-ready'] === 'true') return;
    const readyAt = this.client.clock.now + (this.options.readyAfterMs ?? 2000);
    const apart = this.options.readyApart === true;
    this.ready.at(apart ? readyAt : Math.ceil(readyAt / 1000) * 1000, key);
  }

  /** Pods that do not restart end by themselves, as their annotations say. */
  private finish(key: string): void {
    const pod = this.get(key);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    const exitCode = Number(pod.metadata.annotations?.['drydock/exit-code'] ?? 0);
    const finishedAt = formatTime(this.client.clock.wallMs);
    const state = {
      terminated: { exitCode, reason: exitCode ? 'Error' : 'Completed', finishedAt },
    };
    const containerStatuses = pod.spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      state,
      lastState: {},
      ready: false,
      restartCount: 0,
    }));
    this.setStatus(key, { phase: exitCode ? 'Failed' : 'Succeeded', containerStatuses }, 'False');
  }

  private makeReady(key: string): void {
    if (this.get(key)?.metadata.deletionTimestamp === undefined) this.setStatus(key, {}, 'True');
  }

  /** What tests do to a pod: it loses its readiness, fails, restarts. */
  setStatus(key: string, change: Partial<Pod['status']>, ready: Condition['status']): void {
    const pod = this.get(key);
    if (pod === undefined) return;
    const now = formatTime(this.client.clock.wallMs);
    const others = (pod.status.conditions ?? []).filter((c) => c.type !== 'Ready');
    const conditions = [...others, { type: 'Ready', status: ready, lastTransitionTime: now }];
    this.client.updateStatus<Pod>('pods', {
      ...pod,
      status: { ...pod.status, conditions, ...change },
    });
  }

  private remove(key: string): void {
    const { namespace, name } = splitKey(key);
    if (this.get(key)?.metadata.deletionTimestamp === undefined) return;
    try {
      this.client.delete('pods', namespace, name, { gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
