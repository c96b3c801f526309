/** What the steps of a JSONPath find. Missing fields are no errors, but indexes that are not there. */
import { isMap } from '../../../orchestrator/api/json-map';
import type { Filter, Slice, Step } from './parse';

/** Why a path cannot be followed, as client-go says it. */
export class JsonPathError extends Error {}

/** The values that the steps lead to from all of these, one step after the other. */
export function follow(steps: readonly Step[], from: readonly unknown[]): readonly unknown[] {
  return steps.reduce<readonly unknown[]>((values, step) => take(step, values), from);
}

function take(step: Step, values: readonly unknown[]): readonly unknown[] {
  if (step === 'wildcard') return values.flatMap(childrenOf);
  if (step === 'recursive') return values.flatMap(descendants);
  if ('field' in step) return values.flatMap((value) => fieldOf(value, step.field));
  if ('literal' in step) return [step.literal];
  if ('slice' in step) return values.flatMap((value) => sliced(value, step.slice));
  if ('union' in step) return step.union.flatMap((steps) => follow(steps, values));
  if ('filter' in step) return values.flatMap((value) => filtered(value, step.filter));
  throw new JsonPathError(`unrecognized identifier ${step.identifier}`);
}

function fieldOf(value: unknown, field: string): readonly unknown[] {
  if (!isMap(value) || !Object.hasOwn(value, field)) return [];
  return value[field] === undefined ? [] : [value[field]];
}

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isMap(value)) return [];
  return Object.keys(value)
    .sort()
    .map((key) => value[key]);
}

function descendants(value: unknown): readonly unknown[] {
  const children = childrenOf(value);
  return children.length === 0 ? [] : [value, ...children.flatMap(descendants)];
}

function sliced(value: unknown, { from, to, isIndex, step }: Slice): readonly unknown[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new JsonPathError(`${goType(value)} is not array or slice`);
  const { length } = value;
  const first = from < 0 ? from + length : from;
  const given = to ?? length;
  const end = given < 0 || (given === 0 && isIndex) ? given + length : given;
  if (first === end) return [];
  for (const [index, isIn] of [
    [first, first >= 0 && first < length],
    [end - 1, end >= 0 && end <= length],
  ] as const) {
    if (!isIn) {
      throw new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);
    }
  }
  if (first > end) {
    throw new JsonPathError(`starting index ${first} is greater than ending index ${end}`);
  }
  if (step <= 0) throw new JsonPathError('step must be > 0');
  return value.slice(first, end).filter((_, i) => i % step === 0) as unknown[];
}

function goType(value: unknown): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return 'map[string]interface {}';
}

function filtered(value: unknown, filter: Filter): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new JsonPathError(`${goType(value)} is not array or slice and cannot be filtered`);
  }
  return (value as readonly unknown[]).filter((item) => meets(filter, item));
}

function meets({ left, operator, right }: Filter, item: unknown): boolean {
  const lefts = follow(left, [item]);
  if (operator === 'exists') return lefts.length > 0;
  if (lefts.length === 0) return false;
  const rights = follow(right, [item]);
  if (lefts.length > 1 || rights.length > 1) {
    throw new JsonPathError('can only compare one element at a time');
  }
  return rights.length > 0 && compares(lefts[0], operator, rights[0]);
}

function compares(left: unknown, operator: string, right: unknown): boolean {
  if (typeof left !== typeof right || isMap(left) || Array.isArray(left)) {
    throw new JsonPathError('incompatible types for comparison');
  }
  const [a, b] = [left as string, right as string];
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
    default:
      throw new JsonPathError(`unrecognized filter operator ${operator}`);
  }
}
