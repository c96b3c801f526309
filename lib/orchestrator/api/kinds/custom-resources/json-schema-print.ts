/** JSON schemas as Go prints apiextensions' internal type in errors. */
import type { DraftSchema } from './draft-schema';

type Shown = 'schema' | 'list' | 'map' | 'text' | 'flag' | 'value';

/** The fields of the Go type in order: its name, the keyword, and what kind of value it is. */
const FIELDS: readonly (readonly [goName: string, keyword: string, shown: Shown])[] = [
  ['ID', 'id', 'text'],
  ['Schema', '$schema', 'text'],
  ['Ref', '$ref', 'value'],
  ['Description', 'description', 'text'],
  ['Type', 'type', 'text'],
  ['Nullable', 'nullable', 'flag'],
  ['Format', 'format', 'text'],
  ['Title', 'title', 'text'],
  ['Default', 'default', 'value'],
  ['Maximum', 'maximum', 'value'],
  ['ExclusiveMaximum', 'exclusiveMaximum', 'flag'],
  ['Minimum', 'minimum', 'value'],
  ['ExclusiveMinimum', 'exclusiveMinimum', 'flag'],
  ['MaxLength', 'maxLength', 'value'],
  ['MinLength', 'minLength', 'value'],
  ['Pattern', 'pattern', 'text'],
  ['MaxItems', 'maxItems', 'value'],
  ['MinItems', 'minItems', 'value'],
  ['UniqueItems', 'uniqueItems', 'flag'],
  ['MultipleOf', 'multipleOf', 'value'],
  ['Enum', 'enum', 'value'],
  ['MaxProperties', 'maxProperties', 'value'],
  ['MinProperties', 'minProperties', 'value'],
  ['Required', 'required', 'value'],
  ['Items', 'items', 'schema'],
  ['AllOf', 'allOf', 'list'],
  ['OneOf', 'oneOf', 'list'],
  ['AnyOf', 'anyOf', 'list'],
  ['Not', 'not', 'schema'],
  ['Properties', 'properties', 'map'],
  ['AdditionalProperties', 'additionalProperties', 'schema'],
  ['PatternProperties', 'patternProperties', 'map'],
  ['Dependencies', 'dependencies', 'map'],
  ['AdditionalItems', 'additionalItems', 'schema'],
  ['Definitions', 'definitions', 'map'],
  ['ExternalDocs', 'externalDocs', 'value'],
  ['Example', 'example', 'value'],
  ['XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields', 'value'],
  ['XEmbeddedResource', 'x-kubernetes-embedded-resource', 'flag'],
  ['XIntOrString', 'x-kubernetes-int-or-string', 'flag'],
  ['XListMapKeys', 'x-kubernetes-list-map-keys', 'value'],
  ['XListType', 'x-kubernetes-list-type', 'value'],
  ['XMapType', 'x-kubernetes-map-type', 'value'],
  ['XValidations', 'x-kubernetes-validations', 'value'],
];

export function printableSchema(schema: DraftSchema): Record<string, unknown> {
  const printed: Record<string, unknown> = {};
  for (const [goName, keyword, shown] of FIELDS) {
    printed[goName] = printableKeyword(schema[keyword], goName, shown);
  }
  return printed;
}

function printableKeyword(value: unknown, goName: string, shown: Shown): unknown {
  if (value === undefined || value === null) {
    return shown === 'text' ? '' : shown === 'flag' ? false : null;
  }
  switch (shown) {
    case 'schema':
      return printableChild(value as DraftSchema | boolean, goName);
    case 'list':
      return (value as readonly DraftSchema[]).map(printableSchema);
    case 'map': {
      const map = value as Readonly<Record<string, DraftSchema>>;
      const sorted = Object.keys(map).sort();
      return Object.fromEntries(sorted.map((key) => [key, printableSchema(map[key] ?? {})]));
    }
    default:
      return value;
  }
}

/** Where a schema stands beside an alternative, Go wraps it. */
function printableChild(value: DraftSchema | boolean, goName: string): unknown {
  if (goName === 'Not') return printableSchema(value as DraftSchema);
  if (goName === 'Items') {
    return { Schema: printableSchema(value as DraftSchema), JSONSchemas: null };
  }
  if (typeof value === 'boolean') return { Allows: value, Schema: null };
  return { Allows: true, Schema: printableSchema(value) };
}
