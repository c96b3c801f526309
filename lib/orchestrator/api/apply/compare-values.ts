/**
 * What changed between two objects, field by field: the base of who owns what. Equal identity is
 * equal without a look, and what was found for shared, frozen values is remembered, so writes of
 * ten thousand pods of one template cost little more than one.
 */
import { deepEqual } from '../deep-equal';
import { isEmpty, isMap } from '../json-map';
import type { Schema } from '../schema/schema';
import { FieldSet, FieldSetBuilder } from './field-set';
import { itemStep, shapeOf } from './field-shape';
import type { ListShape } from './field-shape';
import { isZeroObject } from './zero-object';

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
