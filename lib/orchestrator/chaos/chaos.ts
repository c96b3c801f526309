/** Makes things fail, now or later, and heals them; the trace says when and what. */
import type { Timer } from '../sim';
import type { Damage, FaultDefinition, FaultFact, World } from './fault';
import { faults } from './faults';

/** A fault that was injected. */
export interface Outage {
  /** Name of the fault: `zone`. */
  readonly fault: string;
  /** What it hit: `b`, `a-1`, `default/web-0`. */
  readonly target: string;
  /** Ends the fault; harmless if it has ended. */
  heal(): void;
}

interface Injected {
  readonly definition: FaultDefinition;
  readonly target: string;
  damage: Damage;
  active: boolean;
}

export interface PlannedFault {
  readonly fault: string;
  readonly target: string;
  /** Milliseconds from now. */
  readonly afterMs: number;
  /** Milliseconds that it lasts; for ever if absent. */
  readonly forMs?: number;
}

export class Chaos {
  private readonly injected: Injected[] = [];
  private readonly starts: Timer<PlannedFault>;
  private readonly ends: Timer<number>;

  constructor(private readonly world: World) {
    const { clock } = world;
    this.starts = clock.timer<PlannedFault>('chaos: fault', (planned) => this.begin(planned));
    this.ends = clock.timer<number>('chaos: heal', (index) => this.healAt(index));
  }

  /** Injects a fault now. @throws RangeError for an unknown fault or target, naming those there are */
  inject(name: string, target: string): Outage {
    const definition = faults.find((fault) => fault.name === name);
    if (definition === undefined) {
      const known = faults.map((fault) => `'${fault.name}'`).join(', ');
      throw new RangeError(`unknown fault '${name}'. There are ${known}.`);
    }
    const index = this.injected.length;
    const cause = this.note(name, target, 'injected');
    this.world.clock.cause = cause;
    const damage = definition.inject(this.world, target);
    this.injected.push({ definition, target, damage, active: true });
    return { fault: name, target, heal: () => this.healAt(index) };
  }

  /** Injects a fault later. */
  plan(planned: PlannedFault): void {
    this.starts.after(planned.afterMs, planned);
  }

  private begin({ fault, target, forMs }: PlannedFault): void {
    const index = this.injected.length;
    this.inject(fault, target);
    if (forMs !== undefined) this.ends.after(forMs, index);
  }

  private healAt(index: number): void {
    const outage = this.injected[index]!;
    if (!outage.active || outage.definition.heal === undefined) return;
    outage.active = false;
    this.world.clock.cause = this.note(outage.definition.name, outage.target, 'healed');
    outage.definition.heal(this.world, outage.target, outage.damage);
  }

  private note(fault: string, target: string, phase: FaultFact['phase']): number {
    const fact: FaultFact = { type: 'fault', fault, target, phase };
    return this.world.trace.append('chaos', fact);
  }
}
