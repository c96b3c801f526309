/**
 * The order of everything that will happen: a binary heap of scheduled events under the total
 * order (time, priority, sequence). No two events compare equal, so no run depends on the heap's shape.
 */

/** One thing that will happen. Its argument is a plain value; what to do with it is the timer's. */
export interface ScheduledEvent {
  readonly at: number;
  readonly priority: number;
  readonly sequence: number;
  readonly timer: number;
  readonly argument: unknown;
  /** Id of the trace entry that led to this event, -1 if none. */
  readonly cause: number;
  cancelled: boolean;
}

function before(a: ScheduledEvent, b: ScheduledEvent): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (a.priority !== b.priority) return a.priority < b.priority;
  return a.sequence < b.sequence;
}

export class EventQueue {
  private readonly heap: ScheduledEvent[] = [];

  get size(): number {
    return this.heap.length;
  }

  /** The next event that still counts, without taking it. */
  peek(): ScheduledEvent | undefined {
    while (this.heap.length > 0 && this.heap[0]!.cancelled) this.take();
    return this.heap[0];
  }

  pop(): ScheduledEvent | undefined {
    const next = this.peek();
    if (next !== undefined) this.take();
    return next;
  }

  push(event: ScheduledEvent): void {
    const { heap } = this;
    let i = heap.length;
    heap.push(event);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(event, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = event;
  }

  private take(): void {
    const { heap } = this;
    const last = heap.pop()!;
    const size = heap.length;
    if (size === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}
