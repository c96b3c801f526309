import { cli } from './terminal';

describe('Help', () => {
  test('leads with what the program does and how it is called', async () => {
    const { code, out, err } = await cli(['--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatchSnapshot();
  });

  test('is what comes without a verb', async () => {
    const help = await cli(['--help']);
    expect(await cli([])).toEqual(help);
  });

  test.each(['simulate', 'serve'])('of %s has its flags and three examples', async (verb) => {
    const { code, out } = await cli([verb, '--help']);
    expect(code).toBe(0);
    expect(out).toMatchSnapshot();
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe('A mistake', () => {
  const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown verb', ['simualte'], /unknown command 'simualte'\n\(Did you mean simulate\?\)/],
    ['an unknown flag', ['simulate', '--fial', 'x'], /unknown option '--fial'\n.*--fail/],
    ['a flag without its value', ['simulate', '--seed'], /argument missing/],
    [
      'an unknown format',
      ['simulate', '-o', 'jsn'],
      /formats text and json. Did you mean 'json'\?/,
    ],
    ['a duration that is none', ['simulate', '--for', '5 minutes'], /'5 minutes' is no duration/],
    [
      'an unknown fault',
      ['simulate', '--fail', 'zome=b'],
      /no fault 'zome'. Did you mean 'zone'\?/,
    ],
    ['a fault without target', ['simulate', '--fail', 'zone'], /write --fail zone=ZONE/],
    ['an end of what has none', ['simulate', '--fail', 'pod=web+1m'], /has no end/],
    [
      'traffic without a rate',
      ['simulate', '--traffic', 'svc/web'],
      /write --traffic svc\/NAME=200rps/,
    ],
    ['nodes that do not divide', ['simulate', '--nodes', '4'], /Take 3 or 6 nodes/],
    ['nodes that are none', ['simulate', '--nodes', 'many'], /write --nodes 6, 6x4cpu/],
    ['a zone twice', ['simulate', '--zones', 'a,a'], /write names once each/],
    ['a file that is not there', ['simulate', 'nowhere.yaml'], /no file or folder 'nowhere.yaml'/],
    ['a folder without an app', ['simulate'], /there is no cdk8s.yaml here/],
    ['a speed that is none', ['serve', '--speed', 'fast'], /write 1x, 10x, 0.5x or max/],
    ['a port that is none', ['serve', '--port', '99999'], /is no port/],
    ['an unknown runtime', ['serve', '--runtime', 'docker'], /runtimes simulated and kwok/],
  ];

  test.each(mistakes)('such as %s is told with what is right, exit code 2', async (...mistake) => {
    const [, args, text] = mistake;
    const { code, out, err } = await cli(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^error: /);
    expect(err).toMatch(text);
  });

  test('is JSON on stdout where JSON was asked for', async () => {
    const { code, out, err } = await cli(['simulate', '-o', 'json', '--nodes', '4']);
    expect([code, err]).toEqual([2, '']);
    expect(JSON.parse(out)).toEqual({
      schemaVersion: 1,
      ok: false,
      error: { code: 'DRY_USAGE', message: expect.stringMatching(/4 nodes/), exitCode: 2 },
    });
  });
});
