/** Every kind fills the columns that the real server names for it. */
import { kinds } from '../../../lib/orchestrator/api/kinds';
import type { KubeObject } from '../../../lib/orchestrator/api/object';

const CREATED = '2024-05-01T12:00:00Z';
const context = { nowMs: Date.parse(CREATED) + 90_000 };

/** An object as bare as the server ever stores one of the kind. */
function bare(kind: (typeof kinds)[number]): KubeObject {
  const draft = {
    apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
    kind: kind.kind,
    metadata: { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: CREATED },
    spec: {
      containers: [],
      scaleTargetRef: {},
      template: { metadata: {}, spec: { containers: [] } },
    },
    template: { metadata: {}, spec: { containers: [] } },
    status: {},
  };
  kind.applyDefaults?.(draft);
  kind.prepareForCreate?.(draft);
  return draft as unknown as KubeObject;
}

describe('the columns of a table', () => {
  it.each(kinds.map((kind) => [`${kind.plural}.${kind.group || 'core'}`, kind] as const))(
    'of %s have a cell each',
    (_, kind) => {
      const cells = kind.cells(bare(kind), context);
      // The real server gives the age of an IPAddress, but names no column for it.
      const unnamed = kind.kind === 'IPAddress' ? 1 : 0;
      expect(cells).toHaveLength(kind.columns.length + unnamed);
      const age = kind.columns.findIndex(({ name }) => name === 'Age');
      if (age >= 0) expect(cells[age]).toBe('90s');
      expect(cells.filter((cell) => cell === undefined)).toEqual([]);
    },
  );
});
