import { basename, join } from 'node:path';
import { compare, differencesOf } from '../../lib/fidelity/comparison';
import { readGolden } from '../../lib/fidelity/recording';
import { replay } from '../../lib/fidelity/replay/replay';
import { readScenario, scenarioDirectories } from '../../lib/fidelity/scenario';

const DATA = join(__dirname, 'data');
const scenarios = scenarioDirectories(join(DATA, 'scenarios'));

/** Lines that differ from one recording to the next, though two happened to agree, and why. */
const CHANCE: Readonly<Record<string, RegExp>> = {
  // Which of ten pods outlive a scale-down is chance among those that share a node.
  'autoscale-cpu': /placement › Deployment default\/api › perZone/,
  // The garbage collector takes the pods of an owner in any order.
  'garbage-collection-and-finalizers':
    /StatefulSet default\/db › steps\[[4-7]\] = "db-[01] db:v1 (terminating|gone)"/,
  // The message names the pod that was not created, and its name is random.
  'quota-and-limits':
    /FailedCreate ReplicaSet\/app.rs1: Error creating: pods "app.rs1-[a-z0-9]{5}"/,
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
      const comparison = compare(golden, replay(readScenario(directory)).projection);
      const chance = CHANCE[name];
      const differences = differencesOf(comparison).filter((line) => chance?.test(line) !== true);
      expect(differences).toEqual([]);
    },
  );
});

describe('A replay', () => {
  const rollout = readScenario(join(DATA, 'scenarios', 'rollout-surge2-unavailable1'));

  test('of the same seed is the same to the millisecond', () => {
    expect(replay(rollout, 7).records).toEqual(replay(rollout, 7).records);
  });

  test('of another seed differs in names, not in what happens', () => {
    const [one, other] = [replay(rollout, 7), replay(rollout, 8)];
    expect(one.records).not.toEqual(other.records);
    expect(other.projection).toEqual(one.projection);
  });
});
