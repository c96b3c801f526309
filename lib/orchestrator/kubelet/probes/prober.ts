/**
 * Runs the startup, liveness and readiness probes of a node's containers. Stands for
 * pkg/kubelet/prober: one worker a probe, which ticks with the probe's period from the moment
 * its pod's volumes were mounted. A worker whose answers cannot change sleeps until they can:
 * that changes no instant at which anything is seen.
 */
import { cancel, type Timer } from '../../sim';
import type { ProbeAnswer, ProbeKind } from '../container-runtime';
import type { KubeletContext } from '../kubelet-context';
import type { ContainerRecord, PodRecord } from '../pods/pod-record';
import { reportProbe } from './probe-report';
import { isDue, isUp, mattersFrom, nextTickAfter } from './probe-ticks';
import { adopt, count, newProbeWorker, PROBE_KINDS, type ProbeWorker } from './probe-worker';

/** What the prober tells the pod workers. */
export interface ProberListener {
  /** A container has become ready or unready. */
  readinessChanged(record: PodRecord): void;
  startupSucceeded(record: PodRecord): void;
  /** A liveness or startup probe has failed for good: the container has to be killed. */
  mustRestart(record: PodRecord, container: ContainerRecord): void;
  /** A probe found its container gone. */
  foundStopped(record: PodRecord): void;
}

interface Answer {
  readonly id: number;
  readonly containerId: string;
  readonly result: ProbeAnswer['result'];
  readonly output: string;
}

/** An answer that comes faster than this counts as given at once. */
const INSTANT_MS = 5;

export class Prober {
  private readonly workers = new Map<number, ProbeWorker>();
  private readonly byPod = new Map<string, ProbeWorker[]>();
  private readonly ticks: Timer<number>;
  private readonly answers: Timer<Answer>;
  private nextId = 0;

  constructor(
    private readonly context: KubeletContext,
    private readonly listener: ProberListener,
  ) {
    const name = `kubelet/${context.nodeName}`;
    this.ticks = context.clock.timer<number>(`${name}: probe`, (id) => this.tick(id));
    this.answers = context.clock.timer<Answer>(`${name}: probe answer`, (a) => this.answered(a));
  }

  /** Makes the workers of a pod whose volumes have just been mounted. */
  addPod(record: PodRecord): void {
    if (this.byPod.has(record.uid)) return;
    const list: ProbeWorker[] = [];
    for (const container of record.containers) {
      if (container.role === 'init') continue;
      for (const kind of PROBE_KINDS) {
        const probe = container.spec[`${kind}Probe`];
        if (probe === undefined) continue;
        container.hasProbes = true;
        const worker = newProbeWorker(this.nextId++, record.uid, container.index, kind, probe);
        worker.base = this.context.clock.now;
        this.workers.set(worker.id, worker);
        list.push(worker);
      }
    }
    if (list.length > 0) this.byPod.set(record.uid, list);
  }

  removePod(uid: string): void {
    for (const worker of this.byPod.get(uid) ?? []) {
      cancel(worker.event);
      this.workers.delete(worker.id);
    }
    this.byPod.delete(uid);
  }

  /** A deleted pod's containers are no longer restarted: only readiness is still asked for. */
  stopRestarts(uid: string): void {
    const list = this.byPod.get(uid);
    if (list === undefined) return;
    for (const worker of list) {
      if (worker.kind === 'readiness') continue;
      cancel(worker.event);
      this.workers.delete(worker.id);
    }
    this.byPod.set(
      uid,
      list.filter(({ kind }) => kind === 'readiness'),
    );
  }

  /** Whether the container has passed its startup probe; a container without one has. */
  hasStarted(container: ContainerRecord, uid: string): boolean {
    const worker = this.find(uid, container.index, 'startup');
    return worker === undefined
      ? true
      : worker.containerId === container.id && worker.result === 'success';
  }

  isReady(container: ContainerRecord, uid: string): boolean {
    const worker = this.find(uid, container.index, 'readiness');
    return worker === undefined
      ? true
      : worker.containerId === container.id && worker.result === 'success';
  }

  /** Containers came up or went down: the workers take up their ticks again. */
  containersChanged(record: PodRecord): void {
    for (const worker of this.byPod.get(record.uid) ?? []) {
      const container = record.containers[worker.index]!;
      if (worker.containerId !== container.id) adopt(worker, container.id);
      if (!worker.manual) this.schedule(worker, record);
    }
  }

  /** The kubelet was down: all workers of the pod tick again. */
  resume(record: PodRecord): void {
    for (const worker of this.byPod.get(record.uid) ?? []) {
      worker.manual = false;
      worker.busyUntil = 0;
      this.schedule(worker, record);
    }
  }

  /** A status was computed: containers that are not ready are probed at once. */
  statusComputed(record: PodRecord): void {
    const list = this.byPod.get(record.uid);
    if (list === undefined) return;
    for (const worker of list) {
      if (worker.kind !== 'readiness' || worker.manual) continue;
      const container = record.containers[worker.index]!;
      if (!isUp(container) || !container.started || container.ready) continue;
      if (worker.busyUntil > this.context.clock.now) continue;
      cancel(worker.event);
      worker.manual = true;
      worker.event = this.ticks.after(this.context.random.int(2, 5), worker.id);
    }
  }

  /** Answers of a container may have changed against what was foreseen. */
  answersChanged(record: PodRecord): void {
    for (const worker of this.byPod.get(record.uid) ?? []) {
      if (!worker.manual) this.schedule(worker, record, true);
    }
  }

  /** Whether some running container waits for its readiness probe. */
  awaitsReadiness(record: PodRecord): boolean {
    for (const worker of this.byPod.get(record.uid) ?? []) {
      const container = record.containers[worker.index]!;
      if (worker.kind === 'readiness' && isUp(container) && !container.ready) return true;
    }
    return false;
  }

  private tick(id: number): void {
    const worker = this.workers.get(id);
    const record = worker === undefined ? undefined : this.context.records.get(worker.uid);
    if (worker === undefined || record === undefined || !this.context.up) return;
    const { now } = this.context.clock;
    worker.event = undefined;
    if (worker.manual) {
      worker.base = now;
      worker.manual = false;
    }
    this.probe(worker, record);
    if (this.workers.has(id) && !worker.manual) this.schedule(worker, record);
  }

  private probe(worker: ProbeWorker, record: PodRecord): void {
    const container = record.containers[worker.index]!;
    if (container.id === '') return;
    if (worker.containerId !== container.id) adopt(worker, container.id);
    if (worker.onHold) return;
    if (!isUp(container)) {
      if (worker.result === 'failure') return;
      worker.result = 'failure';
      this.listener.foundStopped(record);
      return;
    }
    if (!isDue(worker, container, this.context.clock.wallMs)) return;
    if (container.started === (worker.kind === 'startup')) return;
    this.ask(worker, container);
  }

  private ask(worker: ProbeWorker, container: ContainerRecord): void {
    const { clock, runtime } = this.context;
    const timeoutMs = worker.probe.timeoutSeconds * 1000;
    const answer = runtime.probe(container.id, worker.kind, worker.probe, timeoutMs);
    const { result, output } = answer;
    const given: Answer = { id: worker.id, containerId: container.id, result, output };
    if (answer.afterMs < INSTANT_MS) this.answered(given);
    else {
      worker.busyUntil = clock.now + answer.afterMs;
      worker.askedAt = clock.now;
      this.answers.after(answer.afterMs, given);
    }
  }

  private answered(answer: Answer): void {
    const worker = this.workers.get(answer.id);
    const record = worker === undefined ? undefined : this.context.records.get(worker.uid);
    if (worker === undefined || record === undefined || !this.context.up) return;
    const container = record.containers[worker.index]!;
    const late = worker.busyUntil > 0;
    worker.busyUntil = 0;
    if (worker.containerId === answer.containerId) {
      reportProbe(this.context, { record, container, kind: worker.kind }, answer);
      this.take(worker, record, container, answer.result);
    }
    if (late && this.workers.has(worker.id) && !worker.manual) this.catchUp(worker, record);
  }

  /** A tick that passed while an answer was awaited comes at once, as a ticker's channel holds one. */
  private catchUp(worker: ProbeWorker, record: PodRecord): void {
    const ticked = (at: number): number => Math.floor((at - worker.base) / worker.periodMs);
    const { now } = this.context.clock;
    if (ticked(now) > ticked(worker.askedAt)) worker.event = this.ticks.after(0, worker.id);
    else this.schedule(worker, record);
  }

  /** Counts an answer; tells the pod workers if it settles something. */
  private take(
    worker: ProbeWorker,
    record: PodRecord,
    container: ContainerRecord,
    result: ProbeAnswer['result'],
  ): void {
    const verdict = count(worker, result);
    if (verdict === undefined) return;
    if (worker.kind === 'readiness') {
      if (verdict === 'changed') this.listener.readinessChanged(record);
    } else if (result === 'failure') {
      container.killBecause = `Container ${container.spec.name} failed ${worker.kind} probe, will be restarted`;
      container.killGraceSeconds = worker.probe.terminationGracePeriodSeconds;
      this.listener.mustRestart(record, container);
    } else if (worker.kind === 'startup') {
      this.listener.startupSucceeded(record);
    }
  }

  /** Sets the worker's next tick, or none if a tick would change nothing; `ask`: it may now. */
  private schedule(worker: ProbeWorker, record: PodRecord, ask = false): void {
    cancel(worker.event);
    worker.event = undefined;
    const container = record.containers[worker.index]!;
    const { now } = this.context.clock;
    if (worker.busyUntil > now) return;
    const from = mattersFrom(this.context, worker, container, ask);
    if (from === Infinity) return;
    worker.event = this.ticks.at(nextTickAfter(worker, Math.max(from, now + 1)), worker.id);
  }

  private find(uid: string, index: number, kind: ProbeKind): ProbeWorker | undefined {
    for (const worker of this.byPod.get(uid) ?? []) {
      if (worker.index === index && worker.kind === kind) return worker;
    }
    return undefined;
  }
}
