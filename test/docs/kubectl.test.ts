/** What the page about `serve` shows of kubectl is what kubectl prints, here in process. */
import { join } from 'node:path';
import { runKubectl } from '../../lib/kubectl/kubectl';
import { Cluster } from '../../lib/testing';
import { asShown } from './alike';
import { blocksOf } from './page';

const PAGE = join(__dirname, '../../docs/how-to/try-it-with-kubectl.md');
const KUBECTL = 'kubectl --kubeconfig .drydock/kubeconfig ';

test('kubectl prints what the page shows', () => {
  const blocks = blocksOf(PAGE);
  const cluster = Cluster.create();
  const start = cluster.now;
  cluster.deploy(blocks.find(({ language }) => language === 'yaml')!.code);
  cluster.advance(10_000 - (cluster.now - start));
  const commands = blocks
    .filter(({ language }) => language === 'console')
    .flatMap(({ code }) => code.split(/^\$ /m))
    .filter((part) => part.startsWith(KUBECTL));
  expect(commands.length).toBeGreaterThan(3);
  for (const part of commands) {
    const [command = '', ...lines] = part.split('\n');
    const shown = lines.join('\n');
    const { stdout, stderr, exitCode } = runKubectl(cluster.core, command.slice(KUBECTL.length));
    expect({ stderr, exitCode }).toEqual({ stderr: expect.anything(), exitCode: 0 });
    expect(asShown(shown, stdout)).toBe(shown);
  }
});
