/**
 * The algebra of server-side apply on values: which fields a configuration has, what changed
 * between two objects, merging a configuration into an object, taking fields out of it.
 * Stands for the structured-merge-diff library. Values are never changed; untouched parts are
 * shared between input and output.
 */
import { deepEqual } from '../deep-equal';
import type { Schema } from '../schema/schema';
import { FieldSet, FieldSetBuilder } from './field-set';
import type { FieldShape } from './field-shape';
import { itemStep, shapeOf } from './field-shape';
import { isZeroObject } from './zero-object';

type JsonMap = Readonly<Record<string, unknown>>;
type ListShape = Extract<FieldShape, { kind: 'list' }>;
type MapShape = Extract<FieldShape, { kind: 'map' }>;

const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0);

/** The fields that a configuration speaks of: what an applier owns. */
export function fieldsOf(value: unknown, schema: Schema | undefined): FieldSet {
  const shape = shapeOf(schema, value);
  const builder = new FieldSetBuilder();
  if (shape.kind === 'map' && isMap(value)) {
    for (const name of Object.keys(value)) {
      const field = shape.field(name);
      const step = `f:${name}`;
      const child = value[name];
      const childShape = shapeOf(field.schema, child);
      if (childShape.kind === 'leaf') builder.insert(step);
      else builder.insertSet(step, fieldsOf(child, field.schema));
      if (child === null || (isMap(child) && isEmpty(child)) || !field.declared) {
        builder.insert(step);
      }
    }
  } else if (shape.kind === 'list' && Array.isArray(value)) {
    for (const item of value as readonly unknown[]) {
      const step = itemStep(shape, item);
      builder.insertSet(step, fieldsOf(item, shape.items));
      builder.insert(step);
    }
  }
  return builder.build();
}

/** What is different in the second of two values. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares two values of a schema; equal identity is equal without a look. */
export function compareValues(
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
): Comparison {
  const result: Changes = {
    added: new FieldSetBuilder(),
    modified: new FieldSetBuilder(),
    removed: new FieldSetBuilder(),
  };
  compareChildren(before, after, schema, result);
  return {
    added: result.added.build(),
    modified: result.modified.build(),
    removed: result.removed.build(),
  };
}

interface Changes {
  readonly added: FieldSetBuilder;
  readonly modified: FieldSetBuilder;
  readonly removed: FieldSetBuilder;
}

function compareChildren(
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
  into: Changes,
): void {
  if (before === after) return;
  const shape = shapeOf(schema, after ?? before);
  if (shape.kind === 'map') {
    const old = isMap(before) ? before : {};
    const now = isMap(after) ? after : {};
    for (const name of Object.keys(old)) {
      compareStep(`f:${name}`, old[name], now[name], shape.field(name).schema, into);
    }
    for (const name of Object.keys(now)) {
      if (old[name] !== undefined) continue;
      compareStep(`f:${name}`, undefined, now[name], shape.field(name).schema, into);
    }
  } else if (shape.kind === 'list') {
    compareItems(asList(before), asList(after), shape, into);
  }
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function compareStep(
  step: string,
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
  into: Changes,
): void {
  if (before === after) return;
  const shape = shapeOf(schema, after ?? before);
  // What is empty on both sides is a leaf, so that null and empty can be told apart.
  const leaf = shape.kind === 'leaf' || (isEmpty(before) && isEmpty(after));
  if (before === undefined) into.added.insert(step);
  else if (after === undefined) into.removed.insert(step);
  else if (leaf && !deepEqual(before, after)) into.modified.insert(step);
  if (leaf) return;
  if (before === undefined) {
    into.added.insertSet(step, addedBelow(after, schema));
    return;
  }
  const below = isZeroObject(before)
    ? comparedToZero(before, after, schema)
    : compareValues(before, after, schema);
  into.added.insertSet(step, below.added);
  into.modified.insertSet(step, below.modified);
  into.removed.insertSet(step, below.removed);
}

const zeroComparisons = new WeakMap<object, { before: unknown; comparison: Comparison }>();

/** What is new in an object compared to an empty one; remembered for shared, frozen values. */
function comparedToZero(before: unknown, after: unknown, schema: Schema | undefined): Comparison {
  if (typeof after !== 'object' || after === null) return compareValues(before, after, schema);
  const known = zeroComparisons.get(after);
  if (known !== undefined && known.before === before) return known.comparison;
  const comparison = compareValues(before, after, schema);
  if (Object.isFrozen(after)) zeroComparisons.set(after, { before, comparison });
  return comparison;
}

const addedSets = new WeakMap<object, { schema: Schema | undefined; set: FieldSet }>();

/** All below a value that was not there before; remembered for shared, frozen values. */
function addedBelow(value: unknown, schema: Schema | undefined): FieldSet {
  if (typeof value !== 'object' || value === null) return FieldSet.EMPTY;
  const known = addedSets.get(value);
  if (known !== undefined && known.schema === schema) return known.set;
  const set = compareValues(undefined, value, schema).added;
  if (Object.isFrozen(value)) addedSets.set(value, { schema, set });
  return set;
}

function compareItems(
  before: readonly unknown[],
  after: readonly unknown[],
  shape: ListShape,
  into: Changes,
): void {
  const old = itemsByStep(before, shape);
  const now = itemsByStep(after, shape);
  for (const step of new Set([...old.keys(), ...now.keys()])) {
    const [oldFirst, ...oldMore] = old.get(step) ?? [];
    const [newFirst, ...newMore] = now.get(step) ?? [];
    if (oldMore.length === 0 && newMore.length === 0) {
      compareStep(step, oldFirst, newFirst, shape.items, into);
    } else if (oldMore.length > 0 && newMore.length > 0) {
      // Items of one key cannot be told apart: they change as one.
      if (!deepEqual(old.get(step), now.get(step))) into.modified.insert(step);
    } else if (oldMore.length > 0) {
      if (newFirst !== undefined) compareStep(step, undefined, newFirst, shape.items, into);
      into.removed.insert(step);
    } else {
      if (oldFirst !== undefined) compareStep(step, oldFirst, undefined, shape.items, into);
      into.added.insert(step);
    }
  }
}

function itemsByStep(list: readonly unknown[], shape: ListShape): Map<string, unknown[]> {
  const items = new Map<string, unknown[]>();
  for (const item of list) {
    const step = itemStep(shape, item);
    const same = items.get(step);
    if (same === undefined) items.set(step, [item]);
    else same.push(item);
  }
  return items;
}

/** A configuration merged into a value: what it does not speak of stays. */
export function mergeValues(live: unknown, config: unknown, schema: Schema | undefined): unknown {
  if (config === undefined || live === config) return live;
  if (live === undefined) return config;
  const shape = shapeOf(schema, config);
  if (shape.kind === 'map' && isMap(live) && isMap(config)) return mergeMaps(live, config, shape);
  if (shape.kind === 'list' && Array.isArray(live) && Array.isArray(config)) {
    return mergeItems(live, config, shape);
  }
  if (shape.kind !== 'leaf' && isEmpty(config) && !isEmpty(live)) return live;
  return config;
}

function mergeMaps(live: JsonMap, config: JsonMap, shape: MapShape): JsonMap {
  const result: Record<string, unknown> = { ...live };
  for (const name of Object.keys(config)) {
    result[name] = mergeValues(live[name], config[name], shape.field(name).schema);
  }
  return result;
}

/** The order is the configuration's; items of the live list only stay near their old places. */
function mergeItems(
  live: readonly unknown[],
  config: readonly unknown[],
  shape: ListShape,
): unknown[] {
  const liveItems = live.map((item) => ({ step: itemStep(shape, item), item }));
  const configItems = config.map((item) => ({ step: itemStep(shape, item), item }));
  const liveByStep = new Map(liveItems.map(({ step, item }) => [step, item]));
  const configSteps = new Set(configItems.map(({ step }) => step));
  const shared = configItems.filter(({ step }) => liveByStep.has(step)).map(({ step }) => step);
  const merged = new Set<string>();
  const result: unknown[] = [];
  let nextShared = shared.shift();
  let l = 0;
  let c = 0;
  const takeConfig = (entry: { step: string; item: unknown }): void => {
    merged.add(entry.step);
    result.push(mergeValues(liveByStep.get(entry.step), entry.item, shape.items));
    if (nextShared === entry.step) nextShared = shared.shift();
    c += 1;
  };
  while (l < liveItems.length || c < configItems.length) {
    const left = liveItems[l];
    const right = configItems[c];
    if (left !== undefined && right !== undefined) {
      if (left.step === right.step) {
        takeConfig(right);
        l += 1;
        continue;
      }
      if (configSteps.has(left.step) && nextShared !== undefined && nextShared !== left.step) {
        l += 1;
        continue;
      }
    }
    if (left !== undefined) {
      if (!configSteps.has(left.step)) {
        result.push(left.item);
        l += 1;
        continue;
      }
      if (merged.has(left.step)) l += 1;
    }
    if (right !== undefined) takeConfig(right);
  }
  return result;
}

/** The value without the fields of the set; null if nothing is left of it. */
export function removeFields(value: unknown, gone: FieldSet, schema: Schema | undefined): unknown {
  if (gone.isEmpty) return value;
  const shape = shapeOf(schema, value);
  if (shape.kind === 'map' && isMap(value)) {
    const result: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      const kept = keptOf(`f:${name}`, value[name], gone, shape.field(name).schema);
      if (kept !== undefined) result[name] = kept;
    }
    return isEmpty(result) ? null : result;
  }
  if (shape.kind === 'list' && Array.isArray(value)) {
    const result: unknown[] = [];
    for (const item of value as readonly unknown[]) {
      const kept = keptOf(itemStep(shape, item), item, gone, shape.items);
      if (kept !== undefined) result.push(kept);
    }
    return result.length === 0 ? null : result;
  }
  return shape.kind === 'leaf' && shape.type === 'scalar' ? value : null;
}

function keptOf(step: string, value: unknown, gone: FieldSet, schema: Schema | undefined): unknown {
  if (gone.members.has(step)) return undefined;
  const below = gone.children.get(step);
  return below === undefined ? value : removeFields(value, below, schema);
}

/** The set, and each declared field on the way to one of its paths. */
export function withNamedFields(set: FieldSet, schema: Schema | undefined): FieldSet {
  if (set.children.size === 0) return set;
  const shape = shapeOf(schema, undefined);
  const members = new Set(set.members);
  const children = new Map<string, FieldSet>();
  for (const [step, child] of set.children) {
    const isField = step.startsWith('f:');
    let below: Schema | undefined;
    if (shape.kind === 'map' && isField) {
      const field = shape.field(step.slice(2));
      if (field.declared) members.add(step);
      below = field.schema;
    } else if (shape.kind === 'list' && !isField) {
      below = shape.items;
    }
    children.set(step, withNamedFields(child, below));
  }
  return FieldSet.of(members, children);
}
