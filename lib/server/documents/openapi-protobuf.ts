/**
 * An OpenAPI v2 document in protobuf, the only form in which kubectl takes it. Stands for the
 * messages of gnostic's OpenAPIv2; only those that a Kubernetes document needs.
 */
import type { JsonObject, OpenApiV2 } from '../../orchestrator/api/schema/openapi-v2';

/** A message field by its number: text, number, or another message. */
type Field = readonly [number: number, value: string | number | boolean | Buffer | undefined];

export function encodeOpenApiV2({ swagger, info, paths, definitions }: OpenApiV2): Buffer {
  return message([
    [1, swagger],
    [2, message([text(1, info.title), text(2, info.version)])],
    [8, message(named(2, paths, pathItem))],
    [9, message(named(1, definitions, schema))],
  ]);
}

const METHODS: Readonly<Record<string, number>> = { get: 2, put: 3, post: 4, delete: 5, patch: 8 };

const pathItem = (item: JsonObject): Buffer =>
  message(
    Object.entries(METHODS)
      .filter(([method]) => item[method] !== undefined)
      .map(([method, number]) => [number, operation(item[method] as JsonObject)]),
  );

function operation(value: JsonObject): Buffer {
  const parameters = value['parameters'] as readonly JsonObject[];
  const responses = value['responses'] as Readonly<Record<string, JsonObject>>;
  return message([
    ...texts(6, value['produces']),
    ...texts(7, value['consumes']),
    ...parameters.map((parameter): Field => [8, queryParameter(parameter)]),
    [9, message(named(1, responses, response))],
    ...texts(10, value['schemes']),
    ...extensions(13, value),
  ]);
}

/** ParametersItem › Parameter › NonBodyParameter › QueryParameterSubSchema. */
function queryParameter({ name, type, uniqueItems, in: place }: JsonObject): Buffer {
  const query = message([text(2, place), text(4, name), text(6, type), flag(20, uniqueItems)]);
  return message([[1, message([[2, message([[3, query]])]])]]);
}

/** ResponseValue › Response. */
const response = ({ description }: JsonObject): Buffer =>
  message([[1, message([text(1, description)])]]);

function schema(value: JsonObject): Buffer {
  const { type, items, properties, additionalProperties, enum: values } = value;
  return message([
    text(1, value['$ref']),
    text(2, value['format']),
    ...texts(19, value['required']),
    ...((values as readonly unknown[] | undefined) ?? []).map((one): Field => [20, any(one)]),
    ...(additionalProperties === undefined
      ? []
      : [[21, additional(additionalProperties as JsonObject | boolean)] as const]),
    ...(type === undefined ? [] : [[22, message(texts(1, [type]))] as const]),
    ...(items === undefined ? [] : [[23, message([[1, schema(items as JsonObject)]])] as const]),
    ...(properties === undefined
      ? []
      : [
          [
            25,
            message(named(1, properties as Readonly<Record<string, JsonObject>>, schema)),
          ] as const,
        ]),
    ...extensions(31, value),
  ]);
}

const additional = (value: JsonObject | boolean): Buffer =>
  typeof value === 'boolean' ? message([flag(2, value)]) : message([[1, schema(value)]]);

/** `x-…` keywords; their values are YAML, which JSON is, too. */
const extensions = (number: number, value: JsonObject): Field[] =>
  Object.entries(value)
    .filter(([name, held]) => name.startsWith('x-') && held !== undefined)
    .map(([name, held]) => [number, message([text(1, name), [2, any(held)]])]);

const any = (value: unknown): Buffer => message([[2, `${JSON.stringify(value)}\n`]]);

/** A map, as the list of its entries. */
const named = (
  number: number,
  map: Readonly<Record<string, JsonObject>>,
  encode: (value: JsonObject) => Buffer,
): Field[] =>
  Object.entries(map).map(([name, value]) => [
    number,
    message([
      [1, name],
      [2, encode(value)],
    ]),
  ]);

const text = (number: number, value: unknown): Field => [number, value as string | undefined];
const flag = (number: number, value: unknown): Field => [number, value as boolean | undefined];
const texts = (number: number, values: unknown): Field[] =>
  ((values as readonly string[] | undefined) ?? []).map((value) => [number, value]);

function message(fields: readonly Field[]): Buffer {
  const parts: Buffer[] = [];
  for (const [number, value] of fields) {
    if (value === undefined) continue;
    if (typeof value === 'number' || typeof value === 'boolean') {
      parts.push(varint(number << 3), varint(Number(value)));
      continue;
    }
    const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
    parts.push(varint((number << 3) | 2), varint(bytes.length), bytes);
  }
  return Buffer.concat(parts);
}

/** A whole number in groups of seven bits, the lowest first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 127;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 128 : low);
  } while (rest > 0);
  return Buffer.from(bytes);
}
