/**
 * The one record of everything that happened. Matchers, explanations, timelines and reports read
 * it and nothing else. An entry says when, who, what, and which earlier entry led to it.
 */
import type { Clock } from './clock';

/** What happened: a type that readers ask for, and plain values. Each layer declares its own facts. */
export interface Fact {
  readonly type: string;
}

export interface TraceEntry<F extends Fact = Fact> {
  readonly id: number;
  /** Virtual milliseconds since the cluster's start. */
  readonly at: number;
  /** The component that did it: `deployment-controller`, `kubelet/node-a1`. */
  readonly by: string;
  /** Id of the entry that led to this one, -1 if it came from outside. */
  readonly cause: number;
  readonly fact: F;
}

export class Trace {
  private readonly all: TraceEntry[] = [];
  private readonly byType = new Map<string, TraceEntry[]>();

  constructor(private readonly clock: Clock) {}

  /** Records a fact as led to by what happens now; returns its id, to be set as `clock.cause`. */
  append<F extends Fact>(by: string, fact: F): number {
    const id = this.all.length;
    const entry: TraceEntry<F> = { id, at: this.clock.now, by, cause: this.clock.cause, fact };
    this.all.push(entry);
    const list = this.byType.get(fact.type);
    if (list === undefined) this.byType.set(fact.type, [entry]);
    else list.push(entry);
    return id;
  }

  get length(): number {
    return this.all.length;
  }

  entries(): readonly TraceEntry[] {
    return this.all;
  }

  entry(id: number): TraceEntry | undefined {
    return this.all[id];
  }

  /** All facts of one type in order. */
  of<F extends Fact>(type: F['type']): readonly TraceEntry<F>[] {
    return (this.byType.get(type) ?? []) as unknown as readonly TraceEntry<F>[];
  }

  /** The chain of causes of an entry, the entry first. */
  causesOf(id: number): TraceEntry[] {
    const chain: TraceEntry[] = [];
    for (let entry = this.all[id]; entry !== undefined; entry = this.all[entry.cause]) {
      chain.push(entry);
    }
    return chain;
  }

  /** One JSON line an entry; equal runs give equal bytes. */
  *lines(): Generator<string> {
    for (const entry of this.all) yield JSON.stringify(entry);
  }
}
