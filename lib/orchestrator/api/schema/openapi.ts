/**
 * OpenAPI v3 documents of the built-in types, as `/openapi/v3` serves them: enough for kubectl to
 * apply, to explain and to know that the server validates fields. Paths say which kind they are
 * for and which patches they take; descriptions are left out.
 */
import type { KindDefinition } from '../kind';
import { discovery, type DiscoveredResource } from './discovered-resources';
import type { GroupVersionKind, Schema } from './schema';
import { schemaKeyOf, schemas } from './schema';

type JsonObject = Readonly<Record<string, unknown>>;

const VERSION = 'v1.36.3';
const REFERENCE = '#/components/schemas/';
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

/** The document at `/openapi/v3`: where the document of each group and version is. */
export function openApiV3Index(groupVersions = builtInGroupVersions()): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const groupVersion of groupVersions) {
    const path = pathOf(groupVersion);
    const hash = fingerprint(`${VERSION} ${path}`);
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
  }
  return { paths };
}

const documents = new Map<string, JsonObject>();

/**
 * The document at `/openapi/v3/<path>`, such as `apis/apps/v1` or `api/v1`; undefined for a group
 * and version without built-in resources.
 */
export function openApiV3(path: string): JsonObject | undefined {
  const known = documents.get(path);
  if (known !== undefined) return known;
  const groupVersion = path.replace(/^apis?\//, '');
  if (pathOf(groupVersion) !== path || !builtInGroupVersions().includes(groupVersion)) {
    return undefined;
  }
  const document = buildDocument(groupVersion);
  documents.set(path, document);
  return document;
}

/** As `openApiV3`, of what definitions define in a group and version; undefined for nothing. */
export function customOpenApiV3(
  path: string,
  kinds: readonly KindDefinition[],
): JsonObject | undefined {
  const own = kinds.filter((kind) => pathOf(joinVersion(kind)) === path);
  const [first] = own;
  if (first === undefined) return undefined;
  const paths: Record<string, JsonObject> = {};
  const wanted = new Set([`${META}DeleteOptions`, `${META}Patch`, `${META}Status`]);
  const custom: Record<string, unknown> = {};
  for (const kind of own) {
    const { group, version, kind: name, plural, namespaced, customSchema } = kind;
    const gvk = { group, version, kind: name };
    const key = `${group.split('.').reverse().join('.')}.${version}.${name}`;
    const resource = { kind: name, namespaced, verbs: CUSTOM_VERBS };
    Object.assign(paths, pathsOf(joinVersion(kind), plural, resource, gvk, key));
    custom[key] = {
      ...published(customSchema ?? {}, (needed) => wanted.add(needed)),
      'x-kubernetes-group-version-kind': [gvk],
    };
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' },
    paths,
    components: { schemas: { ...closure(wanted), ...custom } },
  };
}

const CUSTOM_VERBS = ['list', 'create', 'deletecollection', 'get', 'update', 'patch', 'delete'];

/** Groups and versions with built-in resources: `v1`, `apps/v1`, … */
export function builtInGroupVersions(): string[] {
  return [...new Set(Object.keys(discovery).map((key) => key.slice(0, key.indexOf(' '))))];
}

const pathOf = (groupVersion: string): string =>
  groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`;

function buildDocument(groupVersion: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  const wanted = new Set([`${META}DeleteOptions`, `${META}Patch`, `${META}Status`]);
  for (const key of Object.keys(discovery)) {
    const resource = discovery[key];
    if (resource === undefined || !key.startsWith(`${groupVersion} `)) continue;
    const plural = key.slice(groupVersion.length + 1);
    const gvk = kindOf(groupVersion, resource);
    const schemaKey = schemaKeyOf(joinVersion(gvk), gvk.kind);
    const listKey = schemaKeyOf(joinVersion(gvk), `${gvk.kind}List`);
    for (const needed of [schemaKey, listKey]) if (needed !== undefined) wanted.add(needed);
    Object.assign(paths, pathsOf(groupVersion, plural, resource, gvk, schemaKey));
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: VERSION },
    paths,
    components: { schemas: closure(wanted) },
  };
}

/** A subresource may be of another group and version: Scale, Eviction, … */
function kindOf(groupVersion: string, resource: DiscoveredResource): GroupVersionKind {
  const slash = groupVersion.indexOf('/');
  return {
    group: resource.group ?? groupVersion.slice(0, Math.max(slash, 0)),
    kind: resource.kind,
    version: resource.version ?? groupVersion.slice(slash + 1),
  };
}

const joinVersion = ({ group, version }: Pick<GroupVersionKind, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** The verbs of a collection and of a named object with their HTTP methods. */
const COLLECTION_VERBS = { list: 'get', create: 'post', deletecollection: 'delete' } as const;
const OBJECT_VERBS = { get: 'get', update: 'put', patch: 'patch', delete: 'delete' } as const;
const PATCH_TYPES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
] as const;

function pathsOf(
  groupVersion: string,
  plural: string,
  resource: DiscoveredResource,
  gvk: GroupVersionKind,
  schemaKey: string | undefined,
): Record<string, JsonObject> {
  const scope = resource.namespaced ? '/namespaces/{namespace}' : '';
  const root = `/${pathOf(groupVersion)}`;
  const [name = '', subresource] = plural.split('/');
  const operation = (verb: string): JsonObject => operationOf(verb, gvk, schemaKey);
  const paths: Record<string, JsonObject> = {};
  const add = (path: string, verbs: Readonly<Record<string, string>>): void => {
    const methods: Record<string, JsonObject> = {};
    for (const [verb, method] of Object.entries(verbs)) {
      if (resource.verbs.includes(verb)) methods[method] = operation(verb);
    }
    if (Object.keys(methods).length > 0) paths[path] = methods;
  };
  if (subresource !== undefined) {
    add(`${root}${scope}/${name}/{name}/${subresource}`, { ...OBJECT_VERBS, create: 'post' });
    return paths;
  }
  add(`${root}${scope}/${name}`, COLLECTION_VERBS);
  add(`${root}${scope}/${name}/{name}`, OBJECT_VERBS);
  if (resource.namespaced) add(`${root}/${name}`, { list: 'get' });
  return paths;
}

function operationOf(
  verb: string,
  gvk: GroupVersionKind,
  schemaKey: string | undefined,
): JsonObject {
  const writes = verb === 'create' || verb === 'update' || verb === 'patch';
  return {
    parameters: writes ? WRITE_PARAMETERS : [],
    ...(writes ? { requestBody: { content: bodyOf(verb, schemaKey), required: true } } : {}),
    responses: { 200: { description: 'OK', content: bodyOf('update', schemaKey) } },
    'x-kubernetes-action': verb === 'create' ? 'post' : verb === 'update' ? 'put' : verb,
    'x-kubernetes-group-version-kind': gvk,
  };
}

const queryParameter = (name: string): JsonObject => ({
  name,
  in: 'query',
  schema: { type: 'string', uniqueItems: true },
});
const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation', 'pretty'].map(
  queryParameter,
);

function bodyOf(verb: string, schemaKey: string | undefined): JsonObject {
  const key = verb === 'patch' ? `${META}Patch` : schemaKey;
  const schema = key === undefined ? {} : { $ref: REFERENCE + key };
  const types = verb === 'patch' ? PATCH_TYPES : ['application/json', 'application/yaml'];
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

/** The schemas with all that they refer to, in the form that OpenAPI has them. */
function closure(wanted: ReadonlySet<string>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const queue = [...wanted];
  const enqueue = (key: string): void => {
    if (!(key in result)) queue.push(key);
  };
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const schema = schemas[key];
    if (schema === undefined || key in result) continue;
    result[key] = published(schema, enqueue);
  }
  return Object.fromEntries(Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A schema without what only this package needs, with references that OpenAPI understands. */
function published(schema: Schema, refer: (key: string) => void): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema as JsonObject)) {
    if (name.startsWith('x-go-')) continue;
    if (name === '$ref') {
      refer(value as string);
      result.allOf = [{ $ref: REFERENCE + (value as string) }];
    } else if (name === 'properties') {
      result.properties = Object.fromEntries(
        Object.entries(value as Record<string, Schema>).map(([field, below]) => [
          field,
          published(below, refer),
        ]),
      );
    } else if (name === 'items' || name === 'additionalProperties') {
      result[name] = published(value as Schema, refer);
    } else {
      result[name] = value;
    }
  }
  return result;
}

/** FNV-1a of a text, as upper-case hexadecimal: the same text has the same fingerprint. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).toUpperCase().padStart(8, '0');
}
