/**
 * Who watches what: the API server's watch cache fan-out. A change is offered only to watchers
 * that may want it; kubelets, which watch the pods of their own node, are found by node name.
 */
import type { KubeObject } from '../api/object';
import type { Change } from '../store/store';
import type { Selection, Watch, WatchEvent } from './requests';

interface Watcher {
  readonly selection: Selection;
  readonly callback: (event: WatchEvent) => void;
}

/** What a change is to somebody who watches a part of the resource. */
type SelectedChange = Pick<WatchEvent, 'type' | 'object' | 'previous'>;

interface ResourceWatchers {
  readonly all: Set<Watcher>;
  readonly byNode: Map<string, Set<Watcher>>;
}

/** The selection of those who want everything: most informers; they share their events. */
const EVERYTHING: Selection = {};

function isEmpty({ namespace, name, nodeName, matches }: Selection): boolean {
  const all = namespace ?? name ?? nodeName ?? matches;
  return all === undefined;
}

function wholeEvent({ type, object, previous, revision }: Change, cause: number): WatchEvent {
  return { type, object, previous, revision, cause };
}

const nodeNameOf = (object: KubeObject | undefined): string | undefined =>
  (object as { spec?: { nodeName?: string } } | undefined)?.spec?.nodeName;

export function selects(selection: Selection, object: KubeObject): boolean {
  const { namespace, name, nodeName, matches } = selection;
  if (namespace !== undefined && object.metadata.namespace !== namespace) return false;
  if (name !== undefined && object.metadata.name !== name) return false;
  if (nodeName !== undefined && nodeNameOf(object) !== nodeName) return false;
  return matches === undefined || matches(object);
}

export class Watchers {
  private readonly resources = new Map<string, ResourceWatchers>();

  add(resource: string, selection: Selection, callback: (event: WatchEvent) => void): Watch {
    const watcher: Watcher = { selection: isEmpty(selection) ? EVERYTHING : selection, callback };
    const watchers = this.of(resource);
    let set = watchers.all;
    if (selection.nodeName !== undefined) {
      const existing = watchers.byNode.get(selection.nodeName);
      set = existing ?? new Set();
      if (existing === undefined) watchers.byNode.set(selection.nodeName, set);
    }
    set.add(watcher);
    return { stop: () => void set.delete(watcher) };
  }

  /** Offers a committed change to all that watch its resource. */
  publish(change: Change, cause: number): void {
    const watchers = this.resources.get(change.resource);
    if (watchers === undefined) return;
    let whole: WatchEvent | undefined;
    for (const watcher of watchers.all) {
      if (watcher.selection !== EVERYTHING) offer(watcher, change, cause);
      else watcher.callback((whole ??= wholeEvent(change, cause)));
    }
    if (watchers.byNode.size === 0) return;
    const node = nodeNameOf(change.object);
    const before = nodeNameOf(change.previous);
    if (node !== undefined) this.offerToNode(watchers, node, change, cause);
    if (before !== undefined && before !== node) {
      this.offerToNode(watchers, before, change, cause);
    }
  }

  private offerToNode(
    watchers: ResourceWatchers,
    node: string,
    change: Change,
    cause: number,
  ): void {
    const set = watchers.byNode.get(node);
    if (set !== undefined) for (const watcher of set) offer(watcher, change, cause);
  }

  private of(resource: string): ResourceWatchers {
    let watchers = this.resources.get(resource);
    if (watchers === undefined) {
      watchers = { all: new Set(), byNode: new Map() };
      this.resources.set(resource, watchers);
    }
    return watchers;
  }
}

/** The event of a change as one watcher sees it. */
export function selectedEvent(
  { type, object, previous }: SelectedChange,
  revision: number,
  cause: number,
): WatchEvent {
  return { type, object, previous, revision, cause };
}

/** An object that enters a selection is ADDED to it, one that leaves is DELETED from it. */
export function selectChange(selection: Selection, change: Change): SelectedChange | undefined {
  const { object, previous } = change;
  const was = previous !== undefined && selects(selection, previous);
  if (change.type === 'DELETED') return was ? { type: 'DELETED', object, previous } : undefined;
  const is = selects(selection, object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object, previous: was ? previous : undefined };
  return was ? { type: 'DELETED', object, previous } : undefined;
}

function offer(watcher: Watcher, change: Change, cause: number): void {
  const selected = selectChange(watcher.selection, change);
  if (selected !== undefined) watcher.callback(selectedEvent(selected, change.revision, cause));
}
