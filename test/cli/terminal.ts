/** A terminal that keeps what is written to it, to run the CLI in this process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../lib/cli/cli';
import type { Keyboard, Terminal } from '../../lib/cli/terminal';

export interface TerminalProps {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  readonly tty?: boolean;
  readonly keyboard?: Keyboard;
}

export class TestTerminal implements Terminal {
  out = '';
  err = '';
  readonly stdout;
  readonly stderr;
  readonly env;
  readonly cwd;
  readonly keyboard;
  private interrupt: (() => void) | undefined;

  constructor(private readonly props: TerminalProps = {}) {
    const isTTY = props.tty === true;
    this.stdout = { isTTY, write: (text: string) => void (this.out += text) };
    this.stderr = { isTTY, write: (text: string) => void (this.err += text) };
    this.env = { LANG: 'C.UTF-8', ...props.env };
    this.cwd = props.cwd ?? __dirname;
    this.keyboard = props.keyboard;
  }

  async readInput(): Promise<string> {
    return this.props.input ?? '';
  }

  onInterrupt(callback: () => void): () => void {
    this.interrupt = callback;
    return () => (this.interrupt = undefined);
  }

  pressCtrlC(): void {
    this.interrupt?.();
  }
}

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function cli(args: readonly string[], props: TerminalProps = {}): Promise<CliRun> {
  const terminal = new TestTerminal(props);
  const code = await runCli(args, terminal);
  return { code, out: terminal.out, err: terminal.err };
}

/** A folder that is gone when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A web application of three replicas behind a Service. */
export const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: shop/web:1
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /ready, port: 8080 }, periodSeconds: 5 }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: 8080 }]
`;
