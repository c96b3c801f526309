/** `simulate`: deploys an app to a simulated cluster, makes things fail, and says what came of it. */
import type { Command } from 'commander';
import { durationArgument } from '../arguments/duration-argument';
import { faultArgument, faultHelp } from '../arguments/fault-argument';
import { topologyArgument } from '../arguments/nodes-argument';
import { outputArgument, seedArgument } from '../arguments/output-argument';
import { trafficArgument } from '../arguments/traffic-argument';
import { ExitCode } from '../exit-code';
import { formatSeconds, Notes } from '../output/notes';
import { Progress } from '../output/progress';
import { simulationJson } from '../output/simulation-json';
import { clusterText, count, simulationText, type TextStyle } from '../output/simulation-text';
import { simulate } from '../simulation/simulate';
import type { SimulationPlan } from '../simulation/plan';
import { readManifests } from '../source/manifests';
import { KUBERNETES_MINOR } from '../version';
import type { CommandContext, CommandDefinition } from './command';

interface Flags {
  readonly for?: string;
  readonly fail?: readonly string[];
  readonly traffic?: readonly string[];
  readonly nodes?: string;
  readonly zones?: string;
  readonly seed: string;
  readonly output: string;
  readonly assume: boolean;
  readonly color: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

const EXAMPLES = `Examples:
  $ cdk8s-drydock simulate
  $ cdk8s-drydock simulate --fail zone=b@1m+5m --traffic svc/web=200rps
  $ kubectl kustomize overlays/prod | cdk8s-drydock simulate - --nodes 6x4cpu/16Gi -o json
`;

const HELP = `
Faults for --fail, from @AFTER on (once all is up without it), for +FOR (to the end without it):
${faultHelp()}

Exit codes: 0 all available and no request lost, 1 not so, 2 usage, 3 synthesis failed or the API
server refused an object, 4 a bug of cdk8s-drydock, 130 interrupted.`;

export const simulateCommand: CommandDefinition = {
  name: 'simulate',
  summary: 'deploy to a simulated cluster and say what happens',
  define(command, run) {
    command
      .argument(
        '[what...]',
        'app.ts, YAML files or folders, or - for stdin (default: the app of cdk8s.yaml)',
      )
      .option(
        '--for <duration>',
        'how much virtual time to run (default: until nothing is left to do)',
      )
      .option('--fail <fault=target@after+for>', 'make something fail; repeatable', collect)
      .option(
        '--traffic <svc/name=rate>',
        'send requests once all is up, as 200rps; repeatable',
        collect,
      )
      .option('--nodes <NxCPU/MEMORY>', 'nodes in all, and their size (default: 3x4cpu/16Gi)')
      .option('--zones <names>', 'zones of the nodes (default: a,b,c)')
      .option('--seed <seed>', 'where all chance comes from', '1')
      .option('-o, --output <format>', 'text or json', 'text')
      .option(
        '--no-assume',
        'do not make up Secrets, accounts and namespaces that are only referred to',
      )
      .option('--no-color', 'no colours')
      .option('-q, --quiet', 'only the verdict')
      .option('-v, --verbose', 'everything, not only a screenful')
      .addHelpText('before', EXAMPLES)
      .addHelpText('after', HELP)
      .action((what: string[], flags: Flags, _command: Command) =>
        run((context) => runSimulate(what, flags, context)),
      );
  },
};

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  value,
];

async function runSimulate(
  what: readonly string[],
  flags: Flags,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal, signal } = context;
  const output = outputArgument(flags.output);
  // All flags are looked at before an app takes seconds to synthesise.
  const parsed = {
    topology: topologyArgument(flags.nodes, flags.zones),
    seed: seedArgument(flags.seed),
    forMs: flags.for === undefined ? undefined : durationArgument(`--for ${flags.for}`, flags.for),
    faults: (flags.fail ?? []).map(faultArgument),
    traffic: (flags.traffic ?? []).map(trafficArgument),
    assume: flags.assume,
  };
  const notes = new Notes(terminal.stderr, flags.quiet === true || output === 'json');
  const started = Date.now();
  const manifests = await readManifests(what, terminal, signal);
  const plan: SimulationPlan = { ...parsed, manifests };
  const verb = manifests.kind === 'app' ? 'synth' : 'read';
  notes.row(verb, `${manifests.from} → ${count(manifests.objects.length, 'object')}`, started);
  const begun = Date.now();
  const progress = new Progress(terminal.stderr, notes.silent);
  const { outcome } = await simulate(plan, {
    progress,
    signal,
    applied: (applied, assumed) => notes.applied(applied, assumed),
  }).finally(() => progress.clear());
  const style = textStyle(flags, context);
  notes.row(
    'run',
    `virtual ${formatSeconds(outcome.virtualMs)} in ${formatReal(Date.now() - begun)}`,
  );
  notes.end();
  if (output === 'json') {
    terminal.stdout.write(`${JSON.stringify(simulationJson(outcome, plan), null, 2)}\n`);
  } else {
    const seed = `seed ${plan.seed}`;
    const head = [
      'cdk8s-drydock',
      `Kubernetes ${KUBERNETES_MINOR} behaviour`,
      seed,
      clusterText(outcome, style),
    ];
    const title = `${style.paint.dim(head.join(` ${context.signs.dot} `))}\n\n`;
    terminal.stdout.write((style.quiet ? '' : title) + simulationText(outcome, style));
  }
  const [next] = outcome.findings.flatMap(({ seeIt }) => seeIt ?? []);
  if (next !== undefined && outcome.ok) {
    notes.next(`npx cdk8s-drydock simulate ${[...what, next].join(' ')}`);
  }
  return outcome.ok ? ExitCode.Ok : ExitCode.Failed;
}

const formatReal = (ms: number): string => `${(ms / 1000).toFixed(2)}s`;

function textStyle(flags: Flags, { paint, signs }: CommandContext): TextStyle {
  return {
    paint: paint('stdout', flags.color ? 'auto' : 'never'),
    signs,
    verbose: flags.verbose === true,
    quiet: flags.quiet === true,
  };
}
