/**
 * The OpenAPI v2 document of the built-in types, as `/openapi/v2` serves it: what older clients,
 * `kubectl explain --output=plaintext-openapiv2` and client-side validation ask for. Made of the
 * same schemas as version 3; descriptions are left out.
 */
import { builtInGroupVersions, openApiV3 } from './openapi';
import { schemas } from './schema';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface OpenApiV2 {
  readonly swagger: '2.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, JsonObject>>;
  readonly definitions: Readonly<Record<string, JsonObject>>;
}

const REFERENCE = '#/definitions/';
/** Version 2 has no `oneOf`: what may be a number or a text is a text. */
const TEXTS: Readonly<Record<string, JsonObject | undefined>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'string', format: 'int-or-string' },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'string' },
};

let document: OpenApiV2 | undefined;

export function openApiV2(): OpenApiV2 {
  document ??= {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'v1.36.3' },
    paths: paths(),
    definitions: definitions(),
  };
  return document;
}

function definitions(): Record<string, JsonObject> {
  const keys = Object.keys(schemas).sort();
  return Object.fromEntries(
    keys.map((key) => [key, TEXTS[key] ?? definition(schemas[key] as JsonObject)]),
  );
}

/** A schema without what this version has no words for, with references within the document. */
function definition(schema: JsonObject): JsonObject {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    if (name.startsWith('x-go-') || name === 'default') continue;
    if (name === '$ref') {
      result[name] = `${REFERENCE}${value as string}`;
    } else if (name === 'properties') {
      result[name] = Object.fromEntries(
        Object.entries(value as Record<string, JsonObject>).map(([field, below]) => [
          field,
          definition(below),
        ]),
      );
    } else if (name === 'items' || name === 'additionalProperties') {
      result[name] = typeof value === 'boolean' ? value : definition(value as JsonObject);
    } else {
      result[name] = value;
    }
  }
  return result;
}

interface OperationV3 {
  readonly parameters: readonly { readonly name: string }[];
  readonly requestBody?: { readonly content: JsonObject };
  readonly [extension: `x-${string}`]: unknown;
}

/** The paths of version 3, each operation in the form of version 2. */
function paths(): Record<string, JsonObject> {
  const found: Record<string, JsonObject> = {};
  for (const groupVersion of builtInGroupVersions()) {
    const root = groupVersion.includes('/') ? 'apis' : 'api';
    const { paths: below } = openApiV3(`${root}/${groupVersion}`) as {
      paths: Readonly<Record<string, Readonly<Record<string, OperationV3>>>>;
    };
    for (const [path, methods] of Object.entries(below)) {
      found[path] = Object.fromEntries(
        Object.entries(methods).map(([method, operation]) => [method, operationV2(operation)]),
      );
    }
  }
  return found;
}

function operationV2({ parameters, requestBody, ...rest }: OperationV3): JsonObject {
  const kind = rest['x-kubernetes-group-version-kind'];
  const types = Object.keys(requestBody?.content ?? {});
  return {
    consumes: types.length > 0 ? types : ['*/*'],
    produces: ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'],
    schemes: ['http'],
    parameters: parameters.map(({ name }) => ({
      uniqueItems: true,
      type: 'string',
      name,
      in: 'query',
    })),
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': rest['x-kubernetes-action'],
    'x-kubernetes-group-version-kind': kind,
  };
}
