/**
 * Checks that an applied configuration fits its schema, in the words of the structured-merge-diff
 * library: unknown fields, wrong types, items that cannot be told apart.
 */
import { goText, isMap } from '../json-map';
import type { Schema } from '../schema/schema';
import { INT_OR_STRING, QUANTITY, resolveSchema } from '../schema/schema';
import { pathText } from './field-set';
import type { ListShape } from './field-shape';
import { ItemKeyError, itemStep, shapeOf } from './field-shape';

/** What is wrong, one line each; none if the configuration fits. */
export function typedErrors(value: unknown, schema: Schema | undefined): string[] {
  const errors: string[] = [];
  validate(value, schema, '', errors);
  return errors;
}

/** The errors as one text. */
export const typedErrorText = (errors: readonly string[]): string =>
  errors.length === 1
    ? (errors[0] ?? '')
    : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n');

const say = (errors: string[], path: string, message: string): void => {
  errors.push(path === '' ? message : `${path}: ${message}`);
};

function validate(
  value: unknown,
  declared: Schema | undefined,
  path: string,
  errors: string[],
): void {
  if (value === null || value === undefined || declared === undefined) return;
  const schema = resolveSchema(declared);
  if (schema?.type === 'array') {
    if (!Array.isArray(value)) say(errors, path, `expected list, got &{${goText(value)}}`);
    else validateItems(value, declared, schema, path, errors);
  } else if (schema?.type === 'object') {
    if (!isMap(value)) say(errors, path, `expected map, got &{${goText(value)}}`);
    else validateFields(value, schema, path, errors);
  } else {
    const message = scalarError(value, declared, schema);
    if (message !== undefined) say(errors, path, message);
  }
}

function validateItems(
  list: readonly unknown[],
  declared: Schema,
  schema: Schema,
  path: string,
  errors: string[],
): void {
  const shape = shapeOf(declared, list);
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    let step = `i:${index}`;
    if (shape.kind === 'list') {
      const found = stepOf(shape, item, index);
      if (found.error !== undefined) {
        say(errors, path, found.error);
        return;
      }
      step = found.step;
      if (seen.has(step)) say(errors, path, `duplicate entries for key ${pathText([step])}`);
      seen.add(step);
    }
    validate(item, schema.items, `${path}${pathText([step])}`, errors);
  }
}

function stepOf(
  shape: ListShape,
  item: unknown,
  index: number,
): { step: string; error?: undefined } | { error: string } {
  try {
    return { step: itemStep(shape, item) };
  } catch (error) {
    if (!(error instanceof ItemKeyError)) throw error;
    return { error: `element ${index}: ${error.message}` };
  }
}

function validateFields(
  map: Readonly<Record<string, unknown>>,
  schema: Schema,
  path: string,
  errors: string[],
): void {
  const { properties, additionalProperties } = schema;
  const open =
    additionalProperties !== undefined ||
    properties === undefined ||
    schema['x-kubernetes-preserve-unknown-fields'] === true;
  for (const name of Object.keys(map)) {
    const known = properties !== undefined && Object.hasOwn(properties, name);
    if (!known && !open) {
      // The library stops at the first field of a map that it does not know.
      say(errors, `${path}.${name}`, 'field not declared in schema');
      return;
    }
    const field = known ? properties[name] : additionalProperties;
    validate(map[name], field, `${path}.${name}`, errors);
  }
}

function scalarError(
  value: unknown,
  declared: Schema,
  schema: Schema | undefined,
): string | undefined {
  if (declared.$ref === QUANTITY || declared.$ref === INT_OR_STRING) {
    if (typeof value !== 'object') return undefined;
    return `expected any scalar, got &{${goText(value)}}`;
  }
  switch (schema?.type) {
    case 'integer':
    case 'number':
      if (typeof value === 'number') return undefined;
      return `expected numeric (int or float), got ${goTypeName(value)}`;
    case 'string':
      if (typeof value === 'string') return undefined;
      return `expected string, got &value.valueUnstructured{Value:${goText(value)}}`;
    case 'boolean':
      if (typeof value === 'boolean') return undefined;
      return `expected boolean, got &{${goText(value)}}`;
    default:
      return undefined;
  }
}

function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
