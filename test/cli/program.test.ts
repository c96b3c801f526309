import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { WEB } from './terminal';

const ROOT = resolve(__dirname, '../..');

test('The program hands over streams and exit code', () => {
  const args = ['-r', './scripts/ts.js', 'lib/cli/main.ts', 'simulate', '-', '-q'];
  const env = { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8' };
  const input = WEB.replace('image: shop/web:1', 'image: localhost:5000/web:1');
  const options = { cwd: ROOT, env, input, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  expect([status, stderr]).toEqual([1, '']);
  expect(stdout).toMatch(/^ {2}✗ deployment\/web never became available/);
  expect(stdout).toMatch(/ImagePullBackOff|ErrImagePull/);
});
