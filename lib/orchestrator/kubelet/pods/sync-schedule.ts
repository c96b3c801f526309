/**
 * When pods are synced next. Stands for the kubelet's work queue, which is emptied once a second,
 * and for the relist of the containers once a second (PLEG), by which ends are noticed. Both tick
 * on grids of the node's own; a tick happens only if it has something to do.
 */
import { cancel, type Timer } from '../../sim';
import type { KubeletContext } from '../kubelet-context';
import type { PodRecord } from './pod-record';

const SECOND_MS = 1000;

export class SyncSchedule {
  private readonly relistPhase: number;
  private readonly queuePhase: number;
  private readonly relists: Timer<undefined>;
  private readonly single: Timer<string>;
  private dirty = new Set<string>();

  constructor(
    private readonly context: KubeletContext,
    private readonly sync: (record: PodRecord) => void,
  ) {
    const name = `kubelet/${context.nodeName}`;
    this.relistPhase = context.random.int(0, SECOND_MS - 1);
    this.queuePhase = context.random.int(0, SECOND_MS - 1);
    this.relists = context.clock.timer<undefined>(`${name}: relist`, () => this.relist());
    this.single = context.clock.timer<string>(`${name}: sync`, (uid) => this.due(uid));
  }

  /** The next relist after now. */
  nextRelistAt(): number {
    return gridAfter(this.context.clock.now + 1, this.relistPhase);
  }

  /** Whether the containers were listed since the pod's last sync. */
  hasRelisted(record: PodRecord): boolean {
    return this.nextRelistAt() - SECOND_MS > record.lastSyncAt;
  }

  /** A sync at the next relist. */
  atRelist(uid: string): void {
    if (this.dirty.size === 0) this.relists.at(this.nextRelistAt(), undefined);
    this.dirty.add(uid);
  }

  /** A sync for a change: now, but never on a view of the containers that is older than the last. */
  request(record: PodRecord): void {
    if (record.lastSyncAt < 0 || this.hasRelisted(record)) this.sync(record);
    else this.atRelist(record.uid);
  }

  /** A sync after a delay, taken from the queue at its next tick. */
  queue(record: PodRecord, delayMs: number): void {
    cancel(record.queueEvent);
    const at = gridAfter(this.context.clock.now + delayMs, this.queuePhase);
    record.queueEvent = this.single.at(at, record.uid);
  }

  /** One sync at the queue's first tick at or after an instant, whatever else comes. */
  queueAt(uid: string, at: number): void {
    this.single.at(gridAfter(at, this.queuePhase), uid);
  }

  /** A sync shortly after one that changed containers: the runtime is asked at once. */
  soon(record: PodRecord, afterMs: number): void {
    cancel(record.soonEvent);
    record.soonEvent = this.single.after(afterMs, record.uid);
  }

  clear(record: PodRecord): void {
    cancel(record.soonEvent);
    cancel(record.queueEvent);
    record.soonEvent = undefined;
    record.queueEvent = undefined;
  }

  /** Forgets all that was to come. */
  drop(): void {
    this.dirty.clear();
  }

  private due(uid: string): void {
    const record = this.context.records.get(uid);
    if (record !== undefined) this.sync(record);
  }

  private relist(): void {
    const dirty = this.dirty;
    this.dirty = new Set();
    for (const uid of dirty) this.due(uid);
  }
}

/** The first instant of a grid of seconds that is not before `at`. */
const gridAfter = (at: number, phase: number): number =>
  Math.ceil((at - phase) / SECOND_MS) * SECOND_MS + phase;
