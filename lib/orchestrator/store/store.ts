/**
 * The revisioned key-value store behind the API server; stands for etcd as the API server uses it:
 * one revision for all, a log of changes to watch from, compaction. Raft is not here.
 */
import type { KubeObject } from '../api/object';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** One committed change. A DELETED one carries the object's last state under the revision of its end. */
export interface Change {
  readonly revision: number;
  readonly type: ChangeType;
  /** `pods`, `deployments.apps`. */
  readonly resource: string;
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

interface Table {
  readonly objects: Map<string, KubeObject>;
  /** Changes since the last compaction, oldest first. */
  log: Change[];
}

export class Store {
  private readonly tables = new Map<string, Table>();
  private current = 1;
  private compacted = 0;

  /** The revision of the last write. */
  get revision(): number {
    return this.current;
  }

  /** Changes at or below this revision can no longer be watched. */
  get compactedRevision(): number {
    return this.compacted;
  }

  /** The revision that the next write will have; the API server stamps it on the object. */
  get nextRevision(): number {
    return this.current + 1;
  }

  get(resource: string, key: string): KubeObject | undefined {
    return this.tables.get(resource)?.objects.get(key);
  }

  /** All objects of a resource by key. Do not change it. */
  objects(resource: string): ReadonlyMap<string, KubeObject> {
    return this.table(resource).objects;
  }

  put(resource: string, key: string, object: KubeObject): Change {
    const table = this.table(resource);
    const previous = table.objects.get(key);
    table.objects.set(key, object);
    return this.append(table, {
      revision: ++this.current,
      type: previous === undefined ? 'ADDED' : 'MODIFIED',
      resource,
      object,
      previous,
    });
  }

  delete(resource: string, key: string, lastState: KubeObject): Change {
    const table = this.table(resource);
    const previous = table.objects.get(key);
    table.objects.delete(key);
    return this.append(table, {
      revision: ++this.current,
      type: 'DELETED',
      resource,
      object: lastState,
      previous,
    });
  }

  /** Changes of a resource after a revision; undefined if that revision is compacted. */
  changesAfter(resource: string, revision: number): readonly Change[] | undefined {
    if (revision < this.compacted) return undefined;
    const { log } = this.table(resource);
    let low = 0;
    let high = log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (log[middle]!.revision > revision) high = middle;
      else low = middle + 1;
    }
    return log.slice(low);
  }

  /** Forgets the changes up to a revision. */
  compact(revision: number): void {
    if (revision <= this.compacted) return;
    this.compacted = revision;
    for (const table of this.tables.values()) {
      table.log = table.log.filter((change) => change.revision > revision);
    }
  }

  private append(table: Table, change: Change): Change {
    table.log.push(change);
    return change;
  }

  private table(resource: string): Table {
    let table = this.tables.get(resource);
    if (table === undefined) {
      table = { objects: new Map(), log: [] };
      this.tables.set(resource, table);
    }
    return table;
  }
}
