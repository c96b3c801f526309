/**
 * Whether the value of a custom resource is as its structural schema says, in the words of the
 * server's OpenAPI validator. Rules in CEL (x-kubernetes-validations) are not run.
 */
import { isMap, type JsonMap } from '../../json-map';
import { deepEqual } from '../../deep-equal';
import type { FieldError } from '../../field-error';
import { duplicate, invalid, notSupported, required, tooLong, tooMany } from '../../field-error';
import { goPatternError, goRegExp } from './go-pattern';
import type { StructuralSchema } from './structural-schema-type';
import { hasFormat } from './value-formats';

/** Where a value is, and what the messages call it. */
interface Place {
  readonly path: string;
  readonly shown: string;
}

/** @param shown what messages call the value; `path` unless the status is validated by itself */
export function valueErrors(
  value: unknown,
  schema: StructuralSchema,
  path: string,
  shown = path,
): FieldError[] {
  const place = { path, shown };
  return [...schemaErrors(value, schema, place), ...listErrors(value, schema, path)];
}

function schemaErrors(value: unknown, schema: StructuralSchema, place: Place): FieldError[] {
  if (value === null && schema.nullable === true) return [];
  const wrong = typeErrors(value, schema, place);
  if (wrong.length > 0) return wrong;
  return [
    ...combinationErrors(value, schema, place),
    ...(typeof value === 'string' ? textErrors(value, schema, place) : []),
    ...(typeof value === 'number' ? numberErrors(value, schema, place) : []),
    ...(Array.isArray(value) ? arrayErrors(value, schema, place) : []),
    ...enumErrors(value, schema, place),
    ...(isMap(value) ? mapErrors(value, schema, place) : []),
  ];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function typeErrors(
  value: unknown,
  schema: StructuralSchema,
  { path, shown }: Place,
): FieldError[] {
  const types = schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : [];
  if (types.length === 0 && schema.type !== undefined) types.push(schema.type);
  const found = typeOf(value);
  const fits = types.includes(found) || (found === 'integer' && types.includes('number'));
  if (types.length === 0 || fits) return [];
  const error = typeInvalid(
    path,
    found,
    `${shown} in body must be of type ${types.join(',')}`,
    found,
  );
  if (found !== 'number' || schema.type !== 'integer') return [error];
  const why = `Checked value must be of type integer (default format) in ${shown}`;
  return [error, invalid('<nil>', '', why)];
}

function typeInvalid(path: string, value: string, why: string, found: string): FieldError {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}: ${JSON.stringify(found)}`;
  return { type: 'FieldValueTypeInvalid', field: path, message };
}

function textErrors(text: string, schema: StructuralSchema, { path, shown }: Place): FieldError[] {
  const { maxLength, minLength, pattern, format } = schema;
  const length = [...text].length;
  const bad = (why: string): FieldError[] => [invalid(path, text, `${shown} in body ${why}`)];
  if (maxLength !== undefined && length > maxLength) return [tooLong(path, maxLength)];
  if (minLength !== undefined && length < minLength) {
    return bad(`should be at least ${minLength} chars long`);
  }
  if (pattern !== undefined && !matches(pattern, text)) return bad(`should match '${pattern}'`);
  if (format === undefined || hasFormat(text, format)) return [];
  return [typeInvalid(path, text, `${shown} in body must be of type ${format}`, text)];
}

const patterns = new Map<string, RegExp | undefined>();

/** What a pattern that cannot be read lets through is of no account: its definition is refused. */
function matches(pattern: string, text: string): boolean {
  if (!patterns.has(pattern)) {
    patterns.set(pattern, goPatternError(pattern) === undefined ? goRegExp(pattern) : undefined);
  }
  return patterns.get(pattern)?.test(text) ?? true;
}

function numberErrors(
  value: number,
  schema: StructuralSchema,
  { path, shown }: Place,
): FieldError[] {
  const { multipleOf, maximum, minimum, exclusiveMaximum, exclusiveMinimum } = schema;
  const errors: FieldError[] = [];
  const bad = (why: string): number => errors.push(invalid(path, value, `${shown} in body ${why}`));
  if (multipleOf !== undefined) {
    // Whole numbers are divided by the whole part of the factor.
    const factor = Number.isInteger(value) ? Math.trunc(multipleOf) : multipleOf;
    if (factor <= 0) {
      const why = `factor MultipleOf declared for ${shown} must be positive: ${factor}`;
      errors.push(invalid(path, factor, why));
    } else if (!Number.isInteger(Number((value / factor).toFixed(9)))) {
      bad(`should be a multiple of ${multipleOf}`);
    }
  }
  if (maximum !== undefined && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    bad(`should be less than ${exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`);
  }
  if (minimum !== undefined && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    bad(`should be greater than ${exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`);
  }
  return errors;
}

function arrayErrors(
  items: readonly unknown[],
  schema: StructuralSchema,
  { path, shown }: Place,
): FieldError[] {
  const { minItems, maxItems } = schema;
  const errors = items.flatMap((item, i) =>
    schema.items === undefined
      ? []
      : schemaErrors(item, schema.items, { path: `${path}[${i}]`, shown: `${shown}[${i}]` }),
  );
  if (minItems !== undefined && items.length < minItems) {
    errors.push(
      invalid(path, items.length, `${shown} in body should have at least ${minItems} items`),
    );
  }
  if (maxItems !== undefined && items.length > maxItems) {
    errors.push(tooMany(path, items.length, maxItems));
  }
  return errors;
}

function enumErrors(value: unknown, schema: StructuralSchema, { path }: Place): FieldError[] {
  const values = schema.enum;
  if (values === undefined || values.some((one) => deepEqual(one, value))) return [];
  return [notSupported(path, value, values.map(String))];
}

function mapErrors(map: JsonMap, schema: StructuralSchema, place: Place): FieldError[] {
  const { path, shown } = place;
  const { properties = {}, additionalProperties, minProperties, maxProperties } = schema;
  const below = (name: string): Place => ({
    path: path === '' ? name : `${path}.${name}`,
    shown: shown === '' ? name : `${shown}.${name}`,
  });
  const errors: FieldError[] = [];
  const count = Object.keys(map).length;
  if (minProperties !== undefined && count < minProperties) {
    const why = `${shown} in body should have at least ${minProperties} properties`;
    errors.push(invalid(path, count, why));
  }
  if (maxProperties !== undefined && count > maxProperties) {
    errors.push(tooMany(path, count, maxProperties));
  }
  const embedded = schema['x-kubernetes-embedded-resource'] === true ? ['apiVersion', 'kind'] : [];
  for (const name of new Set([...(schema.required ?? []), ...embedded])) {
    if (map[name] === undefined) errors.push(required(below(name).path));
  }
  for (const name of Object.keys(map).sort()) {
    const open = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const declared = Object.hasOwn(properties, name) ? properties[name] : open;
    if (declared !== undefined) errors.push(...schemaErrors(map[name], declared, below(name)));
  }
  return errors;
}

function combinationErrors(value: unknown, schema: StructuralSchema, place: Place): FieldError[] {
  const { allOf, anyOf, oneOf, not } = schema;
  const of = (one: StructuralSchema): FieldError[] => schemaErrors(value, one, place);
  const says = (why: string): FieldError => invalid('<nil>', '', `"${place.shown}" ${why}`);
  const errors: FieldError[] = [];
  const isEither = schema['x-kubernetes-int-or-string'] === true;
  if (anyOf !== undefined && !isEither) {
    const all = anyOf.map(of);
    if (all.every((found) => found.length > 0)) {
      errors.push(says('must validate at least one schema (anyOf)'), ...(all[0] ?? []));
    }
  }
  if (oneOf !== undefined) {
    const all = oneOf.map(of);
    const valid = all.filter((found) => found.length === 0).length;
    const rule = 'must validate one and only one schema (oneOf).';
    if (valid === 0) errors.push(says(`${rule} Found none valid`), ...(all[0] ?? []));
    else if (valid > 1) errors.push(says(`${rule} Found ${valid} valid alternatives`));
  }
  if (allOf !== undefined) {
    const all = allOf.flatMap(of);
    if (all.length > 0) errors.push(says('must validate all the schemas (allOf)'), ...all);
  }
  if (not !== undefined && of(not).length === 0) {
    errors.push(says('must not validate the schema (not)'));
  }
  return errors;
}

/** Lists whose items must differ, as a whole or in their keys. */
function listErrors(value: unknown, schema: StructuralSchema, path: string): FieldError[] {
  if (Array.isArray(value)) {
    const below = value.flatMap((item, i) =>
      schema.items === undefined ? [] : listErrors(item, schema.items, `${path}[${i}]`),
    );
    return [...sameItems(value, schema, path), ...below];
  }
  if (!isMap(value)) return [];
  const { properties = {}, additionalProperties } = schema;
  return Object.keys(value).flatMap((name) => {
    const open = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const declared = Object.hasOwn(properties, name) ? properties[name] : open;
    if (declared === undefined) return [];
    return listErrors(value[name], declared, path === '' ? name : `${path}.${name}`);
  });
}

function sameItems(
  items: readonly unknown[],
  schema: StructuralSchema,
  path: string,
): FieldError[] {
  const kind = schema['x-kubernetes-list-type'];
  if (kind !== 'set' && kind !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  return items.flatMap((item, i) => {
    const shown =
      kind === 'set' || !isMap(item)
        ? item
        : Object.fromEntries(
            keys
              .map((key) => [key, item[key] ?? schema.items?.properties?.[key]?.default] as const)
              .filter(([, one]) => one !== undefined),
          );
    const text = JSON.stringify(shown);
    if (seen.has(text)) return [duplicate(`${path}[${i}]`, shown)];
    seen.add(text);
    return [];
  });
}
