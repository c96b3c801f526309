/**
 * The algebra of server-side apply on values: which fields a configuration has, merging it into an
 * object, taking fields out of it. Stands for the structured-merge-diff library. Values are never
 * changed; untouched parts are shared between input and output.
 */
import type { JsonMap } from '../json-map';
import { isEmpty, isMap } from '../json-map';
import type { Schema } from '../schema/schema';
import { FieldSet, FieldSetBuilder } from './field-set';
import { itemStep, shapeOf } from './field-shape';
import type { ListShape, MapShape } from './field-shape';

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
