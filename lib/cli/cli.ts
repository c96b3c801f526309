/** The CLI as a function: arguments and a terminal in, an exit code out. */
import { Command, CommanderError } from 'commander';
import { UsageError } from '../testing/usage-error';
import { CliError } from './cli-error';
import { commands } from './commands';
import type { CommandContext } from './commands/command';
import { ExitCode } from './exit-code';
import { errorJson } from './output/simulation-json';
import { paintFor, signsFor, type Terminal } from './terminal';
import { packageVersion } from './version';

const EXAMPLES = `Examples:
  $ cdk8s-drydock simulate                              the app of cdk8s.yaml, on 3 zones
  $ cdk8s-drydock simulate dist/ --fail zone=b@1m+5m    YAML, and a zone that goes and comes back
  $ cdk8s-drydock serve dist/                           the same for your kubectl
`;

export async function runCli(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const abort = new AbortController();
  const stop = terminal.onInterrupt(() => abort.abort());
  const context: CommandContext = {
    terminal,
    signal: abort.signal,
    version: packageVersion(),
    signs: signsFor(terminal),
    paint: (stream, choice) => paintFor(terminal, terminal[stream], choice),
  };
  try {
    return await parse(argv, context);
  } catch (error) {
    return fail(error, argv, context);
  } finally {
    stop();
  }
}

async function parse(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.Ok;
  const program = newCommand(context, 'cdk8s-drydock')
    .description(
      'Deploys cdk8s apps and Kubernetes manifests to a simulated cluster, and proves what they do.',
    )
    .version(context.version, '-V, --version', 'print the version')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', '\nNo cluster, no Docker, no network, no telemetry.');
  for (const { name, summary, define } of commands) {
    const command = newCommand(context, name).description(summary);
    define(command, async (action) => {
      exitCode = await action(context);
    });
    program.addCommand(command);
  }
  if (argv.length === 0) {
    program.outputHelp();
    return ExitCode.Ok;
  }
  await program.parseAsync(argv, { from: 'user' });
  return exitCode;
}

/** A command that throws instead of ending the process, and writes to the terminal it is given. */
function newCommand({ terminal }: CommandContext, name: string): Command {
  return new Command(name)
    .exitOverride()
    .helpOption('-h, --help', 'print this help')
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      // Printed below, so that all errors look alike.
      outputError: () => undefined,
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    });
}

function fail(error: unknown, argv: readonly string[], context: CommandContext): ExitCode {
  const { message, code, exitCode } = describe(error);
  if (exitCode === ExitCode.Ok) return exitCode;
  const { terminal } = context;
  if (wantsJson(argv)) {
    terminal.stdout.write(`${JSON.stringify(errorJson(code, message, exitCode), null, 2)}\n`);
  } else if (exitCode !== ExitCode.Interrupted) {
    const choice = argv.includes('--no-color') ? 'never' : 'auto';
    const label = context.paint('stderr', choice).red('error:');
    terminal.stderr.write(`${label} ${message}\n`);
  }
  return exitCode;
}

function describe(error: unknown): Pick<CliError, 'message' | 'code' | 'exitCode'> {
  if (error instanceof CliError) return error;
  if (error instanceof UsageError) {
    return { message: error.message, code: 'DRY_USAGE', exitCode: ExitCode.Usage };
  }
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '');
    const exitCode = error.exitCode === 0 ? ExitCode.Ok : ExitCode.Usage;
    return { message, code: 'DRY_USAGE', exitCode };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = `this is a bug in cdk8s-drydock; please report it with the command.\n${stack}`;
  return { message, code: 'DRY_BUG', exitCode: ExitCode.Bug };
}

const wantsJson = (argv: readonly string[]): boolean =>
  argv.some(
    (word, i) =>
      ['-ojson', '--output=json'].includes(word) ||
      (['-o', '--output'].includes(word) && argv[i + 1] === 'json'),
  );
