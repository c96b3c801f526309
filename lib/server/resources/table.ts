/** Server-side tables (meta.k8s.io/v1 Table): what kubectl prints. */
import { inRowOrder, type KindDefinition } from '../../orchestrator/api/kind';
import type { KubeObject } from '../../orchestrator/api/object';

export interface TableOptions {
  readonly nowMs: number;
  /** `Metadata` (default), `Object` or `None`. */
  readonly include: string;
  /** Later tables of a watch leave the columns out: the client has them. */
  readonly withoutColumns?: boolean;
}

export function tableOf(
  kind: KindDefinition,
  objects: readonly KubeObject[],
  metadata: object,
  options: TableOptions,
): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions:
      options.withoutColumns === true
        ? null
        : kind.columns.map(({ name, type, format, priority }) => ({
            name,
            type,
            format: format ?? (name === 'Name' ? 'name' : ''),
            description: '',
            priority,
          })),
    rows: inRowOrder(kind, objects).map((object) => ({
      cells: kind.cells(object, { nowMs: options.nowMs }),
      ...rowObject(object, options.include),
    })),
  };
}

function rowObject(object: KubeObject, include: string): { object?: object } {
  if (include === 'None') return {};
  if (include === 'Object') return { object };
  return {
    object: {
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: object.metadata,
    },
  };
}

export const wantsTable = (accept: string | undefined): boolean =>
  accept !== undefined && /as=Table/.test(accept) && /g=meta\.k8s\.io/.test(accept);
