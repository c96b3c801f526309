import { basename, join } from 'node:path';
import { compare, differencesOf } from '../../lib/fidelity/comparison';
import { readGolden } from '../../lib/fidelity/recording';
import { replay } from '../../lib/fidelity/replay/replay';
import { readScenario, scenarioDirectories } from '../../lib/fidelity/scenario';

const DATA = join(__dirname, 'data');
const scenarios = scenarioDirectories(join(DATA, 'scenarios'));

/** What each does is in its projection.json: the lines that every recording of the real thing has. */
describe('What a real control plane was recorded to do, ours does too', () => {
  test.each(scenarios.map((directory) => [basename(directory), directory]))(
    '%s',
    (name, directory) => {
      const golden = readGolden(join(DATA, 'recordings', name))!;
      expect(golden.always.length).toBeGreaterThan(20);
      const comparison = compare(golden, replay(readScenario(directory)).projection);
      expect(differencesOf(comparison)).toEqual([]);
      expect(comparison.score).toBe(1);
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
