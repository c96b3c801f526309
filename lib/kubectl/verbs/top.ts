/** `kubectl top pods|nodes`: what metrics-server last measured. */
import type { KubeObject } from '../../orchestrator/api/object';
import type { Node } from '../../orchestrator/api/objects';
import { milliValue, wholeValue } from '../../orchestrator/api/quantity';
import { selectionOf } from '../input/selection';
import type { Invocation } from '../invocation';
import { KubectlError, usageError } from '../kubectl-error';
import { alignedLines } from '../output/table';

interface Usage {
  readonly cpu: string;
  readonly memory: string;
}

interface PodMetrics extends KubeObject {
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[];
}

interface NodeMetrics extends KubeObject {
  readonly usage: Usage;
}

export function top(invocation: Invocation): void {
  const [what = '', name] = invocation.words;
  if (['pod', 'pods', 'po'].includes(what)) topPods(invocation, name);
  else if (['node', 'nodes', 'no'].includes(what)) topNodes(invocation, name);
  else throw usageError(`unknown command "top ${what}"`);
}

function topPods(invocation: Invocation, name: string | undefined): void {
  const { api, flags, namespace } = invocation;
  const everywhere = flags.isTrue('all-namespaces');
  const selection = {
    ...(everywhere ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    matches: selectionOf(invocation.kindNamed('pods'), flags),
  };
  const found = api.list<PodMetrics>('pods.metrics.k8s.io', selection);
  if (found.items.length === 0) {
    if (name !== undefined) throw notMeasured('pods', name);
    invocation.printError(
      everywhere ? 'No resources found' : `No resources found in ${namespace} namespace.`,
    );
    return;
  }
  const items = inOrder(invocation, found.items, ({ containers }) => totalOf(containers));
  const byContainer = flags.isTrue('containers');
  const rows = items.flatMap(({ metadata, containers }) => {
    const place = everywhere ? [metadata.namespace ?? ''] : [];
    if (!byContainer) return [[...place, metadata.name, ...cells(totalOf(containers))]];
    return [...containers]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((one) => [...place, metadata.name, one.name, ...cells(totalOf([one]))]);
  });
  const header = [
    ...(everywhere ? ['NAMESPACE'] : []),
    ...(byContainer ? ['POD', 'NAME'] : ['NAME']),
    'CPU(cores)',
    'MEMORY(bytes)',
  ];
  printRows(invocation, header, rows);
}

interface Total {
  readonly cpu: number;
  readonly memory: number;
}

const totalOf = (users: readonly { readonly usage: Usage }[]): Total => ({
  cpu: sum(users.map(({ usage }) => milliValue(usage.cpu))),
  memory: sum(users.map(({ usage }) => wholeValue(usage.memory))),
});

const cells = ({ cpu, memory }: Total): string[] => [`${cpu}m`, mebibytes(memory)];

const notMeasured = (plural: string, name: string): KubectlError =>
  new KubectlError(`Error from server (NotFound): ${plural}.metrics.k8s.io "${name}" not found`);

/** `--sort-by=cpu|memory`: the greatest first. */
function inOrder<T>(
  { flags }: Invocation,
  items: readonly T[],
  totalOfItem: (item: T) => Total,
): readonly T[] {
  const by = flags.text('sort-by');
  if (by === undefined) return items;
  if (by !== 'cpu' && by !== 'memory') throw usageError('--sort-by accepts only cpu or memory');
  return [...items].sort((a, b) => totalOfItem(b)[by] - totalOfItem(a)[by]);
}

function topNodes(invocation: Invocation, name: string | undefined): void {
  const { api } = invocation;
  const selection = name === undefined ? {} : { name };
  const found = api.list<NodeMetrics>('nodes.metrics.k8s.io', selection);
  if (found.items.length === 0 && name !== undefined) throw notMeasured('nodes', name);
  const items = inOrder(invocation, found.items, (node) => totalOf([node]));
  const rows = items.map(({ metadata, usage }) => {
    const { allocatable } = api.get<Node>('nodes', undefined, metadata.name).status;
    const cpu = milliValue(usage.cpu);
    const memory = wholeValue(usage.memory);
    return [
      metadata.name,
      `${cpu}m`,
      share(cpu, milliValue(allocatable?.['cpu'] ?? '0')),
      mebibytes(memory),
      share(memory, wholeValue(allocatable?.['memory'] ?? '0')),
    ];
  });
  const header = ['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)'];
  printRows(invocation, header, rows);
}

function printRows(
  invocation: Invocation,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const shown = invocation.flags.isTrue('no-headers') ? rows : [header, ...rows];
  // An empty column at the end: kubectl pads the last one that has something.
  const padded = shown.map((row) => [...row, '']);
  for (const line of alignedLines(padded)) invocation.print(line);
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
const mebibytes = (bytes: number): string => `${Math.floor(bytes / (1024 * 1024))}Mi`;
const share = (used: number, all: number): string =>
  all === 0 ? '<unknown>' : `${Math.floor((100 * used) / all)}%`;
