import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../lib/cli/cli';
import { temporaryFolder, TestTerminal, WEB, type TerminalProps } from './terminal';

const folder = temporaryFolder();
writeFileSync(join(folder, 'web.yaml'), WEB);

/** A served cluster, and the URL that it printed. */
async function served(args: readonly string[], props: TerminalProps = {}) {
  const terminal = new TestTerminal({ cwd: folder, ...props });
  const exit = runCli(['serve', '--port', '0', ...args], terminal);
  let url: string | undefined;
  for (let i = 0; i < 200 && url === undefined; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    url = /http:\/\/[\d.:]+/.exec(terminal.out)?.[0];
  }
  return { terminal, exit, url: url! };
}

async function pods(url: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/namespaces/default/pods`);
  const { items } = (await response.json()) as { items: { status: { phase: string } }[] };
  return items.map(({ status }) => status.phase);
}

describe('serve', () => {
  test('prints where it is and how kubectl gets there, serves, and ends with 130 on Ctrl-C', async () => {
    const { terminal, exit, url } = await served(['web.yaml', '--speed', 'max']);
    expect(terminal.out).toMatch(
      /The cluster is up: Kubernetes 1\.\d+ API on http:\/\/127\.0\.0\.1:/,
    );
    expect(terminal.out).toContain('kubectl --kubeconfig .drydock/kubeconfig get pods');
    const kubeconfig = readFileSync(join(folder, '.drydock/kubeconfig'), 'utf8');
    expect(kubeconfig).toContain(`server: ${url}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await pods(url)).toEqual(['Running', 'Running', 'Running']);
    terminal.pressCtrlC();
    expect(await exit).toBe(130);
    await expect(fetch(url)).rejects.toThrow();
  });

  test('stands still while it is paused, and keys move it', async () => {
    let press: (key: string) => void = () => undefined;
    const keyboard = {
      listen: (onKey: (key: string) => void) => {
        press = onKey;
        return () => undefined;
      },
    };
    const { terminal, exit, url } = await served(['web.yaml', '--paused'], { keyboard, tty: true });
    expect(await pods(url)).toEqual([]);
    expect(terminal.err).toContain('[space] pause');
    press('.');
    expect(terminal.err).toMatch(/one event further/);
    press('+');
    expect(terminal.err).toMatch(/speed 2x/);
    press('q');
    expect(await exit).toBe(0);
  });

  test('writes the kubeconfig where it is told to', async () => {
    const { terminal, exit } = await served(['--kubeconfig', 'there/config']);
    expect(readFileSync(join(folder, 'there/config'), 'utf8')).toContain('kind: Config');
    expect(terminal.out).toContain('kubectl --kubeconfig there/config get pods');
    terminal.pressCtrlC();
    expect(await exit).toBe(130);
  });

  test('says which port to take if one is taken', async () => {
    const { terminal, exit, url } = await served([]);
    const port = url.split(':').at(-1)!;
    const second = new TestTerminal({ cwd: folder });
    expect(await runCli(['serve', '--port', port], second)).toBe(2);
    expect(second.err).toMatch(new RegExp(`port ${port} is taken; choose another`));
    terminal.pressCtrlC();
    await exit;
  });
});
