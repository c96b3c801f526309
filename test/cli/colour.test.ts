import { cli, WEB } from './terminal';

const ESCAPE = '\u001b[';

describe('Colour', () => {
  test.each([
    ['on a terminal', { tty: true }, true],
    ['into a pipe', { tty: false }, false],
    ['with NO_COLOR', { tty: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
    ['with an empty NO_COLOR', { tty: true, env: { NO_COLOR: '' } }, true],
    ['with TERM=dumb', { tty: true, env: { TERM: 'dumb' } }, false],
    ['with FORCE_COLOR into a pipe', { tty: false, env: { FORCE_COLOR: '1' } }, true],
  ])('%s', async (_name, props, coloured) => {
    const { out } = await cli(['simulate', '-'], { ...props, input: WEB });
    expect(out.includes(ESCAPE)).toBe(coloured);
  });

  test('with --no-color', async () => {
    const { out } = await cli(['simulate', '-', '--no-color'], { tty: true, input: WEB });
    expect(out).not.toContain(ESCAPE);
  });

  test('carries nothing alone: without it and without UTF-8 the text says the same', async () => {
    const ascii = await cli(['simulate', '-'], { input: WEB, env: { LANG: 'C' } });
    expect(ascii.out).toMatch(/ok everything became available/);
    expect(ascii.out).toMatch(/^[\x20-\x7e\n]*$/);
  });
});
