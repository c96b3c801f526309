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
  readonly containers: readonly { readonly usage: Usage }[];
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
  const { items } = api.list<PodMetrics>('pods.metrics.k8s.io', selection);
  if (items.length === 0) {
    if (name !== undefined) {
      throw new KubectlError(
        `Error from server (NotFound): podmetrics.metrics.k8s.io "${namespace}/${name}" not found`,
      );
    }
    invocation.printError(
      everywhere ? 'No resources found' : `No resources found in ${namespace} namespace.`,
    );
    return;
  }
  const rows = items.map(({ metadata, containers }) => {
    const cpu = sum(containers.map(({ usage }) => milliValue(usage.cpu)));
    const memory = sum(containers.map(({ usage }) => wholeValue(usage.memory)));
    const place = everywhere ? [metadata.namespace ?? ''] : [];
    return [...place, metadata.name, `${cpu}m`, mebibytes(memory)];
  });
  const header = [...(everywhere ? ['NAMESPACE'] : []), 'NAME', 'CPU(cores)', 'MEMORY(bytes)'];
  printRows(invocation, header, rows);
}

function topNodes(invocation: Invocation, name: string | undefined): void {
  const { api } = invocation;
  const selection = name === undefined ? {} : { name };
  const { items } = api.list<NodeMetrics>('nodes.metrics.k8s.io', selection);
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
