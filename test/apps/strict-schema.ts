/**
 * The strict half of an API server's decoding: every field of an object must be one that the schemas
 * of Kubernetes 1.36 know, of the type they know. Stands in for `--validate=strict`; what the API
 * server checks beyond the schema is tested against the orchestrator itself.
 */
import schemas from '../../lib/orchestrator/api/schema/schemas.json';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: { readonly [field: string]: Schema };
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

const byName = schemas as unknown as { readonly [name: string]: Schema };

/** Everything in an object that the schema of its kind does not allow. */
export function schemaErrors(object: { apiVersion: string; kind: string }): string[] {
  const name = schemaName(object.apiVersion, object.kind);
  const schema = byName[name];
  return schema ? errorsIn(object, schema, object.kind) : [`no schema ${name}`];
}

function schemaName(apiVersion: string, kind: string): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  return `io.k8s.api.${(group ?? '').split('.')[0]}.${version}.${kind}`;
}

function errorsIn(value: unknown, schema: Schema, path: string): string[] {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (reference) {
    const target = byName[reference.replace('#/components/schemas/', '')];
    return target ? errorsIn(value, target, path) : [`${path}: unknown schema ${reference}`];
  }
  if (schema.oneOf) return isOneOf(value, schema.oneOf) ? [] : [`${path}: ${typeof value}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${path}: ${String(value)}`];
  if (Array.isArray(value)) {
    const items = schema.items;
    if (schema.type !== 'array' || !items) return [`${path}: a list`];
    return value.flatMap((item, at) => errorsIn(item, items, `${path}[${at}]`));
  }
  if (typeof value === 'object' && value !== null) return fieldErrors(value, schema, path);
  return isType(value, schema.type) ? [] : [`${path}: ${typeof value} instead of ${schema.type}`];
}

function fieldErrors(value: object, schema: Schema, path: string): string[] {
  if (schema.type !== 'object') return [`${path}: a map`];
  const missing = (schema.required ?? []).filter((field) => !(field in value));
  const wrong = Object.entries(value).flatMap(([field, inner]) => {
    const inside = schema.properties?.[field] ?? schema.additionalProperties;
    if (inside) return errorsIn(inner, inside, `${path}.${field}`);
    return schema.properties ? [`${path}.${field}: unknown field`] : [];
  });
  return [...missing.map((field) => `${path}.${field}: missing`), ...wrong];
}

function isOneOf(value: unknown, schemasOf: readonly Schema[]): boolean {
  return schemasOf.some((schema) => isType(value, schema.type));
}

function isType(value: unknown, type: string | undefined): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}
