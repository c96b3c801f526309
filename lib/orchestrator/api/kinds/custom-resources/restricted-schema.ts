/**
 * What schemas of custom resources may not use of OpenAPI v3, and how lists and maps are declared.
 * Stands for apiextensions' ValidateCustomResourceDefinitionOpenAPISchema, without CEL rules.
 */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, notSupported, required } from '../../field-error';
import { notSupportedInOrder } from '../fields/field-validation';
import type { DraftSchema } from './draft-schema';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const UNSUPPORTED = [
  'id',
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
];
const LIST_TYPE = 'x-kubernetes-list-type';
const LIST_KEYS = 'x-kubernetes-list-map-keys';
const MAP_TYPE = 'x-kubernetes-map-type';
const PRESERVE = 'x-kubernetes-preserve-unknown-fields';

export function restrictedSchemaErrors(schema: DraftSchema, path: string): FieldError[] {
  const { properties = {}, additionalProperties: rest } = schema;
  const errors = keywordErrors(schema, path);
  if (schema.uniqueItems) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(`${path}.uniqueItems`, why));
  }
  if (rest !== undefined && rest !== true && Object.keys(properties).length > 0) {
    const why = 'additionalProperties and properties are mutual exclusive';
    errors.push(forbidden(`${path}.additionalProperties`, why));
  }
  const below = (child: DraftSchema | undefined, field: string): void => {
    if (child !== undefined) errors.push(...restrictedSchemaErrors(child, `${path}.${field}`));
  };
  if (typeof rest === 'object') below(rest, 'additionalProperties');
  // FIDELITY: properties are gone through in order; Kubernetes' order is random.
  for (const name of Object.keys(properties).sort()) below(properties[name], `properties[${name}]`);
  below(schema.not, 'not');
  for (const list of ['allOf', 'oneOf', 'anyOf'] as const) {
    schema[list]?.forEach((one, i) => below(one, `${list}[${i}]`));
  }
  const { items } = schema;
  if (items !== undefined && !Array.isArray(items)) below(items as DraftSchema, 'items');
  return [...errors, ...mapErrors(schema, path), ...listErrors(schema, path)];
}

/** Whether a keyword stands anywhere that Kubernetes takes from no schema. */
export function usesUnsupported(schema: DraftSchema): boolean {
  const { properties = {}, items, additionalProperties: rest } = schema;
  const children = [...Object.values(properties), schema.not, rest, items];
  return (
    UNSUPPORTED.some((keyword) => schema[keyword] !== undefined) ||
    Array.isArray(items) ||
    children.some((child) => typeof child === 'object' && usesUnsupported(child as DraftSchema))
  );
}

function keywordErrors(schema: DraftSchema, path: string): FieldError[] {
  const { type = '' } = schema;
  const errors: FieldError[] = [];
  if (type !== '' && !TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, TYPES));
  for (const keyword of UNSUPPORTED) {
    if (schema[keyword] === undefined) continue;
    errors.push(forbidden(`${path}.${keyword}`, `${keyword} is not supported`));
  }
  if (type === 'null') {
    const why = 'type cannot be set to null, use nullable as an alternative';
    errors.push(forbidden(`${path}.type`, why));
  }
  if (Array.isArray(schema.items)) {
    errors.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  }
  return errors;
}

/** That a keyword stands beside the type that it is for. */
function wrongType(
  schema: DraftSchema,
  wanted: string,
  keyword: string,
  path: string,
): FieldError[] {
  if (schema.type === wanted) return [];
  const why = `must be ${wanted} if ${keyword} is specified`;
  const field = `${path}.type`;
  return [schema.type ? invalid(field, schema.type, why) : required(field, why)];
}

function mapErrors(schema: DraftSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema[PRESERVE] === false) {
    errors.push(invalid(`${path}.${PRESERVE}`, false, 'must be true or undefined'));
  }
  const mapType = schema[MAP_TYPE];
  if (mapType === undefined) return errors;
  errors.push(...wrongType(schema, 'object', MAP_TYPE, path));
  const known = ['atomic', 'granular'];
  if (known.includes(mapType)) return errors;
  return [...errors, notSupportedInOrder(`${path}.${MAP_TYPE}`, mapType, known)];
}

function listErrors(schema: DraftSchema, path: string): FieldError[] {
  const listType = schema[LIST_TYPE];
  const keys = schema[LIST_KEYS] ?? [];
  const errors: FieldError[] = [];
  if (listType !== undefined) {
    errors.push(...wrongType(schema, 'array', LIST_TYPE, path));
    const known = ['atomic', 'set', 'map'];
    if (!known.includes(listType)) {
      errors.push(notSupportedInOrder(`${path}.${LIST_TYPE}`, listType, known));
    }
  }
  if (keys.length > 0 && listType !== 'map') {
    const why = `must be map if ${LIST_KEYS} is non-empty`;
    const field = `${path}.${LIST_TYPE}`;
    errors.push(listType === undefined ? required(field, why) : invalid(field, listType, why));
  }
  return listType === 'map' ? [...errors, ...mapListErrors(schema, keys, path)] : errors;
}

function mapListErrors(schema: DraftSchema, keys: readonly string[], path: string): FieldError[] {
  const items = schema.items as DraftSchema | undefined;
  const errors: FieldError[] = [];
  if (keys.length === 0) {
    const why = `must not be empty if ${LIST_TYPE} is map`;
    errors.push(required(`${path}.${LIST_KEYS}`, why));
  }
  if (items === undefined) {
    const why = `must have a schema if ${LIST_TYPE} is map`;
    return [...errors, required(`${path}.items`, why)];
  }
  if (items.type !== 'object') {
    const why = `must be object if parent array's ${LIST_TYPE} is map`;
    return [...errors, invalid(`${path}.items.type`, items.type ?? '', why)];
  }
  keys.forEach((key, i) => {
    const property = items.properties?.[key];
    if (property === undefined) {
      const why = 'entries must all be names of item properties';
      errors.push(invalid(`${path}.${LIST_KEYS}`, keys, why));
    } else if (property.type === 'array' || property.type === 'object') {
      const why = `must be a scalar type if parent array's ${LIST_TYPE} is map`;
      errors.push(invalid(`${path}.items.properties[${key}].type`, items.type, why));
    }
    if (keys.indexOf(key) < i) {
      errors.push(invalid(`${path}.${LIST_KEYS}`, keys, 'must not contain duplicate entries'));
    }
  });
  return errors;
}
