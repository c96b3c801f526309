/**
 * A component's view of one resource: a cache that follows the API server's watch, with indexes,
 * and handlers that hear of each change. Stands for client-go's shared informers and listers.
 */
import type { KubeObject } from '../api/object';
import { keyOf, objectKey } from '../api/object';
import type { WatchEvent } from '../apiserver/requests';

export interface InformerHandlers<T extends KubeObject> {
  added?(object: T): void;
  updated?(object: T, previous: T): void;
  deleted?(object: T): void;
}

type IndexFunction<T> = (object: T) => readonly string[] | string | undefined;

class Index<T extends KubeObject> {
  private readonly buckets = new Map<string, Map<string, T>>();

  constructor(private readonly valuesOf: IndexFunction<T>) {}

  replace(key: string, previous: T | undefined, object: T | undefined): void {
    const before = previous === undefined ? undefined : this.valuesOf(previous);
    const after = object === undefined ? undefined : this.valuesOf(object);
    if (typeof before === 'string' && before === after) {
      // Most changes do not move an object to another place of the index.
      this.bucket(before).set(key, object!);
      return;
    }
    if (before !== undefined) for (const value of asList(before)) this.bucket(value).delete(key);
    if (after !== undefined) {
      for (const value of asList(after)) this.bucket(value).set(key, object!);
    }
  }

  get(value: string): ReadonlyMap<string, T> {
    return this.buckets.get(value) ?? EMPTY;
  }

  private bucket(value: string): Map<string, T> {
    let bucket = this.buckets.get(value);
    if (bucket === undefined) {
      bucket = new Map();
      this.buckets.set(value, bucket);
    }
    return bucket;
  }
}

const EMPTY: ReadonlyMap<string, never> = new Map<string, never>();
const asList = (values: readonly string[] | string): readonly string[] =>
  typeof values === 'string' ? [values] : values;

export class Informer<T extends KubeObject> {
  private readonly cache = new Map<string, T>();
  private readonly indexes = new Map<string, Index<T>>();
  private readonly handlers: InformerHandlers<T>[] = [];

  constructor(readonly resource: string) {}

  get size(): number {
    return this.cache.size;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.cache.get(objectKey(namespace, name));
  }

  byKey(key: string): T | undefined {
    return this.cache.get(key);
  }

  /** All objects, in the order in which this informer first saw them. */
  list(): IterableIterator<T> {
    return this.cache.values();
  }

  /** Adds an index, once; call it before the informer starts or at any time after. */
  addIndex(name: string, valuesOf: IndexFunction<T>): void {
    if (this.indexes.has(name)) return;
    const index = new Index(valuesOf);
    for (const [key, object] of this.cache) index.replace(key, undefined, object);
    this.indexes.set(name, index);
  }

  /** Objects whose index has the value, by key. */
  byIndex(name: string, value: string): ReadonlyMap<string, T> {
    return this.indexes.get(name)!.get(value);
  }

  /** Handlers hear of all that is in the cache already, then of each change, in order of adding. */
  addHandlers(handlers: InformerHandlers<T>): void {
    this.handlers.push(handlers);
    if (handlers.added !== undefined)
      for (const object of this.cache.values()) handlers.added(object);
  }

  /** Takes one watch event; what the cache held is the old object, whatever was missed between. */
  deliver(event: WatchEvent<T>): void {
    const { object } = event;
    const key = keyOf(object);
    const previous = this.cache.get(key);
    if (event.type === 'DELETED') {
      if (previous === undefined) return;
      this.store(key, previous, undefined);
      for (const handler of this.handlers) handler.deleted?.(object);
      return;
    }
    if (previous === object) return;
    this.store(key, previous, object);
    if (previous === undefined) for (const handler of this.handlers) handler.added?.(object);
    else for (const handler of this.handlers) handler.updated?.(object, previous);
  }

  /** A fresh list after a time without a watch: tells handlers of the differences. */
  replace(objects: readonly T[]): void {
    const keys = new Set(objects.map(keyOf));
    for (const [key, object] of [...this.cache]) {
      if (!keys.has(key))
        this.deliver({ type: 'DELETED', object, previous: object, revision: 0, cause: -1 });
    }
    for (const object of objects) {
      this.deliver({ type: 'ADDED', object, previous: undefined, revision: 0, cause: -1 });
    }
  }

  private store(key: string, previous: T | undefined, object: T | undefined): void {
    if (object === undefined) this.cache.delete(key);
    else this.cache.set(key, object);
    for (const index of this.indexes.values()) index.replace(key, previous, object);
  }
}
