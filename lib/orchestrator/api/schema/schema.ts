/**
 * The OpenAPI schemas of the built-in types, without prose: what a field holds, how lists merge,
 * which keys tell their items apart. The data is the real server's (1.36); `x-go-*` extensions
 * carry what its Go types add: names in decoding errors, embedded structs, and which zero values
 * are left out when an object is written.
 */
import schemaData from './schemas.json';

export interface Schema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema | undefined>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
  /** The Go type in decoding errors, where it does not follow from the rest. */
  readonly 'x-go-type'?: string;
  /** The embedded struct that a field comes from: part of its path in decoding errors. */
  readonly 'x-go-embedded'?: string;
  /** Whether '', 0, false and empty lists and maps are left out when the object is written. */
  readonly 'x-go-omitempty'?: boolean;
  /** Whether the field is there, empty, in an object that was given nothing. */
  readonly 'x-go-always'?: boolean;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** All schemas by key, such as `io.k8s.api.apps.v1.Deployment`. */
export const schemas = schemaData as unknown as Readonly<Record<string, Schema | undefined>>;

export const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
export const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
export const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time';
export const MICRO_TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime';
export const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The schema of a key (or the schema itself); undefined for what is not built in. */
export const schemaOf = (key: string | Schema | undefined): Schema | undefined =>
  typeof key === 'string' ? schemas[key] : key;

/** The schema itself, or the one that it refers to. */
export function resolveSchema(schema: Schema | undefined): Schema | undefined {
  let current = schema;
  while (current?.$ref !== undefined) current = schemas[current.$ref];
  return current;
}

/** The schema of a field as its parent declares it: with the field's own patch strategy. */
export function declaredField(parent: Schema | undefined, field: string): Schema | undefined {
  const resolved = resolveSchema(parent);
  if (resolved === undefined) return undefined;
  const { properties } = resolved;
  if (properties !== undefined && Object.hasOwn(properties, field)) return properties[field];
  return resolved.additionalProperties;
}

/** A custom resource of which nothing is known but that it has metadata. */
export const CUSTOM_RESOURCE: Schema = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { $ref: OBJECT_META },
  },
  'x-kubernetes-preserve-unknown-fields': true,
};

/** The schema of a custom resource, from its definition's openAPIV3Schema. */
export function customResourceSchema(openApiV3Schema: Schema | undefined): Schema {
  if (openApiV3Schema === undefined) return CUSTOM_RESOURCE;
  return {
    ...openApiV3Schema,
    properties: { ...openApiV3Schema.properties, ...CUSTOM_RESOURCE.properties },
  };
}

let byKind: Map<string, string> | undefined;

/** The schema key of an apiVersion and kind; undefined if it is not built in. */
export function schemaKeyOf(apiVersion: string, kind: string): string | undefined {
  byKind ??= indexByKind();
  return byKind.get(`${apiVersion} ${kind}`);
}

function indexByKind(): Map<string, string> {
  const index = new Map<string, string>();
  for (const key of Object.keys(schemas)) {
    const kinds = schemas[key]?.['x-kubernetes-group-version-kind'];
    // Types of every group (DeleteOptions, …) are nobody's objects.
    if (kinds === undefined || kinds.length !== 1) continue;
    const [only] = kinds;
    if (only === undefined) continue;
    const apiVersion = only.group === '' ? only.version : `${only.group}/${only.version}`;
    index.set(`${apiVersion} ${only.kind}`, key);
  }
  return index;
}
