/** The table of `kubectl get`: the kind's own columns, with labels and namespaces as asked. */
import {
  inRowOrder,
  type Cell,
  type Column,
  type KindDefinition,
} from '../../orchestrator/api/kind';
import type { KubeObject } from '../../orchestrator/api/object';
import type { Invocation } from '../invocation';
import { typeOf } from '../invocation';
import { alignedLines } from './table';

interface TableOptions {
  readonly wide: boolean;
  readonly withKind: boolean;
}

export function resourceTable(
  invocation: Invocation,
  kind: KindDefinition,
  objects: readonly KubeObject[],
  { wide, withKind }: TableOptions,
): string[] {
  const { flags, cluster } = invocation;
  const shown = kind.columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => wide || column.priority === 0);
  const labelColumns = flags.all('label-columns').flatMap((text) => text.split(','));
  const withNamespace = flags.isTrue('all-namespaces') && kind.namespaced;
  const withLabels = flags.isTrue('show-labels');
  const rows = inRowOrder(kind, objects).map((object) => {
    const cells = kind.cells(object, { nowMs: cluster.clock.wallMs });
    const { namespace, labels } = object.metadata;
    return [
      ...(withNamespace ? [namespace ?? ''] : []),
      ...shown.map(({ column, index }) => cellText(kind, column, cells[index], withKind)),
      ...labelColumns.map((key) => labels?.[key] ?? ''),
      ...(withLabels ? [labelsText(labels)] : []),
    ];
  });
  if (flags.isTrue('no-headers')) return alignedLines(rows);
  const header = [
    ...(withNamespace ? ['NAMESPACE'] : []),
    ...shown.map(({ column }) => column.name.toUpperCase()),
    ...labelColumns.map((key) => (key.split('/').at(-1) ?? key).toUpperCase()),
    ...(withLabels ? ['LABELS'] : []),
  ];
  return alignedLines([header, ...rows]);
}

function cellText(
  kind: KindDefinition,
  column: Column,
  cell: Cell | undefined,
  withKind: boolean,
): string {
  const text = cell === undefined || cell === null ? '<none>' : String(cell);
  return withKind && column.name === 'Name' ? `${typeOf(kind)}/${text}` : text;
}

function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(labels ?? {}).sort();
  return keys.length === 0 ? '<none>' : keys.map((key) => `${key}=${labels![key]}`).join(',');
}
