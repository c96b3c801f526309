/**
 * What every controller owes: it is quiet when nothing is left to do, it may be killed at any
 * moment, and equal seeds give equal runs. Call it with a scenario that settles.
 */
import type { ControllerDefinition } from '../../../lib/orchestrator/client';
import type { KubeObject } from '../../../lib/orchestrator/api/object';
import type { WriteFact } from '../../../lib/orchestrator/apiserver/requests';
import { Simulation } from './simulation';

export interface Scenario {
  readonly controllers: readonly ControllerDefinition[];
  /** What people do, each after so many milliseconds. */
  readonly steps: readonly {
    readonly atMs: number;
    readonly act: (simulation: Simulation) => void;
  }[];
  /** When all has settled. */
  readonly settledAtMs: number;
  /** What must come out alike however often the controllers are killed. */
  readonly outcome: (simulation: Simulation) => unknown;
}

export function conformsToControllerRules(name: string, scenario: Scenario): void {
  describe(`${name}, as any controller,`, () => {
    it('makes no write once all has settled, also when it starts anew', () => {
      const simulation = play(scenario);
      const before = writesOf(simulation).length;
      simulation.run(60_000);
      simulation.restartControllers();
      simulation.run(60_000);
      expect(
        writesOf(simulation)
          .slice(before)
          .map(({ resource, verb }) => `${verb} ${resource}`),
      ).toEqual([]);
    });

    it('comes to the same end wherever it is killed and started anew', () => {
      const reference = play(scenario);
      const expected = scenario.outcome(reference);
      const instants = new Set(reference.trace.of<WriteFact>('write').map(({ at }) => at));
      for (const at of sample([...instants], 40)) {
        for (const offset of [0, 1]) {
          const simulation = play(scenario, at + offset);
          expect({ at, offset, outcome: scenario.outcome(simulation) }).toEqual({
            at,
            offset,
            outcome: expected,
          });
        }
      }
    });

    it('does the same again with the same seed', () => {
      const lines = (): string[] => [...play(scenario).trace.lines()];
      expect(lines()).toEqual(lines());
    });
  });
}

function play(scenario: Scenario, restartAtMs?: number): Simulation {
  const simulation = new Simulation({ controllers: scenario.controllers });
  const moments = scenario.steps.map(({ atMs, act }) => ({ atMs, act: () => act(simulation) }));
  if (restartAtMs !== undefined) {
    moments.push({ atMs: restartAtMs, act: () => simulation.restartControllers() });
  }
  for (const { atMs, act } of moments.sort((a, b) => a.atMs - b.atMs)) {
    simulation.clock.runUntil(atMs);
    act();
  }
  simulation.clock.runUntil(scenario.settledAtMs);
  return simulation;
}

const writesOf = (simulation: Simulation): WriteFact[] =>
  simulation.trace.of<WriteFact>('write').map(({ fact }) => fact);

function sample<T>(list: readonly T[], count: number): T[] {
  const step = Math.max(1, Math.floor(list.length / count));
  return list.filter((_, index) => index % step === 0);
}

/** Spec and status without what random names and restarts may change. */
export function gist(object: KubeObject & { spec?: unknown; status?: unknown }): unknown {
  const text = JSON.stringify({ spec: object.spec, status: object.status });
  return JSON.parse(text.replace(/"last(Transition|Update)Time":"[^"]*",?/g, ''));
}
