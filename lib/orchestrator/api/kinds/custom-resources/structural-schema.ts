/**
 * The rules that schemas of custom resources keep: structural (every part says its type once, and
 * nothing hides in logical junctors), and without what OpenAPI has but Kubernetes does not take.
 */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, required } from '../../field-error';
import type { DraftSchema } from './draft-schema';
import { goPatternError } from './go-pattern';
import { restrictedSchemaErrors, usesUnsupported } from './restricted-schema';
import type { StructuralSchema } from './structural-schema-type';
import { hasUnknownFields } from './structural-values';
import { valueErrors } from './value-validation';

type Level = 'root' | 'item' | 'field';

const PRESERVE = 'x-kubernetes-preserve-unknown-fields';
const EMBEDDED = 'x-kubernetes-embedded-resource';
const INT_OR_STRING = 'x-kubernetes-int-or-string';
const WHERE: Readonly<Record<Level, string>> = {
  root: 'at the root',
  item: 'for specified array items',
  field: 'for specified object fields',
};

/** All that is wrong with a version's schema. */
export function openApiSchemaErrors(schema: DraftSchema, path: string): FieldError[] {
  const nullable = schema.nullable
    ? [forbidden(`${path}.nullable`, 'nullable cannot be true at the root')]
    : [];
  const restricted = restrictedSchemaErrors(schema, path);
  // With keywords that are not supported at all, the structure cannot be made out.
  if (usesUnsupported(schema)) return [...nullable, ...restricted];
  const structural = sorted(structuralErrors(schema, 'root', path));
  return [
    ...nullable,
    ...(structural.length > 0 ? structural : defaultErrors(schema, path)),
    ...restricted,
  ];
}

/** Kubernetes sorts them, for it goes through maps. */
function sorted(errors: readonly FieldError[]): FieldError[] {
  const text = ({ field, message }: FieldError): string => `${field}: ${message}`;
  return [...errors].sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

const single = (items: DraftSchema['items']): DraftSchema | undefined =>
  Array.isArray(items) ? undefined : (items as DraftSchema | undefined);
const schemaOf = (value: DraftSchema | boolean | undefined): DraftSchema | undefined =>
  typeof value === 'object' ? value : undefined;

function structuralErrors(schema: DraftSchema, level: Level, path: string): FieldError[] {
  const { type = '', properties = {}, additionalProperties } = schema;
  const items = single(schema.items);
  const errors: FieldError[] = [];
  if (type === 'array' && schema.items === undefined) {
    errors.push(required(`${path}.items`, 'must be specified'));
  }
  if (items !== undefined) errors.push(...structuralErrors(items, 'item', `${path}.items`));
  for (const name of Object.keys(properties)) {
    const child = properties[name] ?? {};
    errors.push(...structuralErrors(child, 'field', `${path}.properties[${name}]`));
  }
  if (additionalProperties !== undefined && level === 'root') {
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  }
  const rest = schemaOf(additionalProperties);
  if (rest !== undefined) {
    errors.push(...structuralErrors(rest, 'field', `${path}.additionalProperties`));
  }
  return [
    ...errors,
    ...extensionErrors(schema, path),
    ...junctorErrors(schema, isIntOrString(schema), path),
    ...typeErrors(schema, level, path),
    ...metadataErrors(schema, level, path),
  ];
}

function extensionErrors(schema: DraftSchema, path: string): FieldError[] {
  if (!schema[INT_OR_STRING]) return [];
  const why = `must be false if ${INT_OR_STRING} is true`;
  return [PRESERVE, EMBEDDED].flatMap((name) =>
    schema[name] ? [invalid(`${path}.${name}`, true, why)] : [],
  );
}

function typeErrors(schema: DraftSchema, level: Level, path: string): FieldError[] {
  const { type = '', properties = {} } = schema;
  const field = `${path}.type`;
  const errors: FieldError[] = [];
  if (schema[EMBEDDED] && type !== 'object') {
    const why = `must be object if ${EMBEDDED} is true`;
    errors.push(type === '' ? required(field, why) : invalid(field, type, why));
  } else if (type === '' && !schema[INT_OR_STRING] && !schema[PRESERVE]) {
    errors.push(required(field, `must not be empty ${WHERE[level]}`));
  }
  if (schema[EMBEDDED] && schema.additionalProperties !== undefined) {
    const why = `must not be used if ${EMBEDDED} is set`;
    errors.push(forbidden(`${path}.additionalProperties`, why));
  }
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.push(invalid(field, type, 'must be object at the root'));
  }
  if (schema[EMBEDDED] && !schema[PRESERVE] && Object.keys(properties).length === 0) {
    const why = `must not be empty if ${EMBEDDED} is true without ${PRESERVE}`;
    errors.push(required(`${path}.properties`, why));
  }
  return errors;
}

/** What objects have anyhow may not be described in another way. */
function metadataErrors(schema: DraftSchema, level: Level, path: string): FieldError[] {
  const { properties = {} } = schema;
  const isObject = level === 'root' || Boolean(schema[EMBEDDED]);
  const errors: FieldError[] = [];
  for (const name of ['kind', 'apiVersion']) {
    const type = properties[name]?.type ?? '';
    if (!isObject || properties[name] === undefined || type === 'string') continue;
    errors.push(invalid(`${path}.properties[${name}].type`, type, 'must be string'));
  }
  const { metadata } = properties;
  if (metadata === undefined) return errors;
  const field = `${path}.properties[metadata]`;
  if (isObject && metadata.type !== 'object') {
    errors.push(invalid(`${field}.type`, metadata.type ?? '', 'must be object'));
  }
  if (level !== 'root') return errors;
  const { type: _, description: __, properties: named = {}, ...others } = metadata;
  const onlyNames = Object.keys(named).every((name) => name === 'name' || name === 'generateName');
  if (onlyNames && Object.keys(others).length === 0) return errors;
  const why =
    'must not specify anything other than name and generateName, but metadata is implicitly specified';
  return [...errors, forbidden(field, why)];
}

const isIntOrStringList = (list: readonly DraftSchema[] | undefined): boolean =>
  list?.length === 2 && list[0]?.type === 'integer' && list[1]?.type === 'string';
const isIntOrString = ({ anyOf, allOf }: DraftSchema): 'anyOf' | 'allOf' | undefined => {
  if (isIntOrStringList(anyOf)) return 'anyOf';
  return isIntOrStringList(allOf?.[0]?.anyOf) ? 'allOf' : undefined;
};

/** What stands in anyOf, allOf, oneOf and not: values only, no structure. */
function junctorErrors(
  schema: DraftSchema,
  skipped: 'anyOf' | 'allOf' | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (skipped !== 'anyOf') {
    schema.anyOf?.forEach((one, i) =>
      errors.push(...nestedErrors(one, undefined, `${path}.anyOf[${i}]`)),
    );
  }
  schema.allOf?.forEach((one, i) => {
    const inner = skipped === 'allOf' && i === 0 ? 'anyOf' : undefined;
    errors.push(...nestedErrors(one, inner, `${path}.allOf[${i}]`));
  });
  schema.oneOf?.forEach((one, i) =>
    errors.push(...nestedErrors(one, undefined, `${path}.oneOf[${i}]`)),
  );
  if (schema.not !== undefined) errors.push(...nestedErrors(schema.not, undefined, `${path}.not`));
  const why = schema.pattern ? goPatternError(schema.pattern) : undefined;
  if (why === undefined) return errors;
  const text = `must be a valid regular expression, but isn't: ${why}`;
  return [...errors, invalid(`${path}.pattern`, schema.pattern, text)];
}

const NOT_NESTED: readonly (readonly [keyword: string, why: string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  [PRESERVE, 'must be false to be structural'],
  [EMBEDDED, 'must be false to be structural'],
  [INT_OR_STRING, 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function nestedErrors(
  schema: DraftSchema,
  skipped: 'anyOf' | undefined,
  path: string,
): FieldError[] {
  const { properties = {} } = schema;
  const items = single(schema.items);
  const errors = junctorErrors(schema, skipped, path);
  if (items !== undefined) errors.push(...nestedErrors(items, undefined, `${path}.items`));
  for (const name of Object.keys(properties)) {
    const child = properties[name] ?? {};
    errors.push(...nestedErrors(child, undefined, `${path}.properties[${name}]`));
  }
  for (const [keyword, why] of NOT_NESTED) {
    const value = schema[keyword];
    const isUnset = value === undefined || value === false || value === '';
    if (!isUnset) errors.push(forbidden(`${path}.${keyword}`, why));
  }
  if (properties['metadata'] === undefined) return errors;
  const why = 'must not be specified in a nested context';
  return [...errors, forbidden(`${path}.properties[metadata]`, why)];
}

/** Defaults that the schema would not take as values. */
function defaultErrors(schema: DraftSchema, path: string): FieldError[] {
  const { properties = {}, default: value } = schema;
  const errors: FieldError[] = [];
  if (value !== undefined) {
    const structural = schema as StructuralSchema;
    if (hasUnknownFields(value, structural)) {
      errors.push(invalid(`${path}.default`, value, 'must not have unknown fields'));
    } else {
      for (const error of valueErrors(value, structural, '')) {
        const below = error.field.replace(/^\./, '');
        const field = below === '' ? `${path}.default` : `${path}.default.${below}`;
        errors.push({ ...error, field });
      }
    }
  }
  const items = single(schema.items);
  if (items !== undefined) errors.push(...defaultErrors(items, `${path}.items`));
  for (const name of Object.keys(properties).sort()) {
    errors.push(...defaultErrors(properties[name] ?? {}, `${path}.properties[${name}]`));
  }
  const rest = schemaOf(schema.additionalProperties);
  return rest === undefined
    ? errors
    : [...errors, ...defaultErrors(rest, `${path}.additionalProperties`)];
}
