import { basename, join } from 'node:path';
import { compare, differencesOf } from '../../lib/fidelity/comparison';
import { readGolden } from '../../lib/fidelity/recording';
import { replay } from '../../lib/fidelity/replay/replay';
import { readScenario, scenarioDirectories } from '../../lib/fidelity/scenario';

const DATA = join(__dirname, 'data');
const scenarios = scenarioDirectories(join(DATA, 'scenarios'));

/** Plays with other seeds: what differs in one and not in another is chance in ours as in reality. */
const SEEDS = [1, 2, 3, 4];

/** Lines that differ from one recording to the next, though all happened to agree, and why. */
const CHANCE: Readonly<Record<string, RegExp>> = {
  // The garbage collector takes the pods of an owner in any order.
  'collection-more': /StatefulSet default\/db › steps\[[67]\] = "db-[01] db:v1 gone"/,
  // Which of the pods that a freed node lets in is tried before the next node is free, too.
  'spread-policies': /Deployment default\/domains › perNode\[4\] = 1/,
  // Which of two pods that are created at once is first, and which of equal volumes a claim gets.
  'statefulset-mixed':
    /default\/part › steps\[[12]\] = "part-[12] part:v1 created"|PersistentVolume \/pv-\d › phases/,
  // Which of two pods is in the zone that dies.
  'zone-failure': /StatefulSet default\/db › steps\[4\] = "db-[01] db:v1 created"/,
};

/** What each does is in its projection.json: the lines that every recording of the real thing has. */
describe('What a real control plane was recorded to do, ours does too', () => {
  test.each(scenarios.map((directory) => [basename(directory), directory]))(
    '%s',
    (name, directory) => {
      const golden = readGolden(join(DATA, 'recordings', name))!;
      expect(golden.always.length).toBeGreaterThan(20);
      const scenario = readScenario(directory);
      const plays = SEEDS.map((seed) =>
        differencesOf(compare(golden, replay(scenario, seed).projection), Infinity),
      );
      const chance = CHANCE[name];
      const [first = [], ...others] = plays;
      const everywhere = first
        .filter((line) => others.every((play) => play.includes(line)))
        .filter((line) => chance?.test(line) !== true);
      expect(everywhere).toEqual([]);
    },
  );
});

describe('A replay', () => {
  const rollout = readScenario(join(DATA, 'scenarios', 'rollout-surge1-unavailable0'));

  test('of the same seed is the same to the millisecond', () => {
    expect(replay(rollout, 7).records).toEqual(replay(rollout, 7).records);
  });

  test('of another seed differs in names, not in what happens', () => {
    const [one, other] = [replay(rollout, 7), replay(rollout, 8)];
    expect(one.records).not.toEqual(other.records);
    expect(other.projection).toEqual(one.projection);
  });
});
