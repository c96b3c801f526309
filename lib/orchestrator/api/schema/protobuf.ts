/**
 * Kubernetes' protobuf encoding, as typed clients send it: `k8s\0`, then an envelope with the type
 * and the object. Reading only; answers are JSON, which every client takes.
 */
import { formatMicroTime, formatTime } from '../timestamps';
import type { JsonMap } from '../json-map';
import messageData from './protobuf-messages.json';
import { resolveSchema, schemaOf, type Schema } from './schema';

/** Field numbers to `name type`; the type is prefixed with `[]` for lists and `map` for maps. */
const messages = messageData as Readonly<Record<string, Readonly<Record<string, string>>>>;

const MAGIC = 'k8s\0';
const META = 'apimachinery.pkg.apis.meta.v1.';

/** The object in a body; undefined if it is not encoded so, or of a type that is not known. */
export function parseProtobuf(body: Buffer): JsonMap | undefined {
  if (body.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) return undefined;
  const envelope = fieldsOf(body.subarray(MAGIC.length));
  const type = fieldsOf(bytesOf(envelope.get(1)));
  const [apiVersion, kind] = [textOf(type.get(1)), textOf(type.get(2))];
  const message = messageOf(apiVersion, kind);
  if (message === undefined) return undefined;
  return { apiVersion, kind, ...readMessage(bytesOf(envelope.get(2)), message) };
}

function messageOf(apiVersion: string, kind: string): string | undefined {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  const name = `api.${group!.split('.')[0]}.${version}.${kind}`;
  if (name in messages) return name;
  return `${META}${kind}` in messages ? `${META}${kind}` : undefined;
}

type Wire = number | bigint | Buffer;

/** The fields of a message on the wire, by number, each with all its values. */
function fieldsOf(bytes: Buffer): Map<number, Wire[]> {
  const fields = new Map<number, Wire[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('the message ends within a number');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  while (at < bytes.length) {
    const tag = Number(varint());
    const wireType = tag & 7;
    const value =
      wireType === 0 ? varint() : take(wireType === 1 ? 8 : wireType === 5 ? 4 : Number(varint()));
    const number = tag >> 3;
    const values = fields.get(number);
    if (values === undefined) fields.set(number, [value]);
    else values.push(value);
  }
  return fields;
}

const NOTHING = Buffer.alloc(0);
const lastOf = (values: readonly Wire[] | undefined): Wire | undefined => values?.at(-1);
const bytesOf = (values: readonly Wire[] | undefined): Buffer => {
  const value = lastOf(values);
  return Buffer.isBuffer(value) ? value : NOTHING;
};
const textOf = (values: readonly Wire[] | undefined): string => bytesOf(values).toString('utf8');
const intOf = (values: readonly Wire[] | undefined): number =>
  Number(BigInt.asIntN(64, BigInt((lastOf(values) as bigint | undefined) ?? 0n)));

/** What stands in JSON for a message that is more than its fields. */
const SPECIAL: Readonly<Record<string, (bytes: Buffer) => unknown>> = {
  [`${META}Time`]: (bytes) => timeOf(bytes, false),
  [`${META}MicroTime`]: (bytes) => timeOf(bytes, true),
  [`${META}FieldsV1`]: (bytes) => jsonOf(bytes),
  'apimachinery.pkg.runtime.RawExtension': (bytes) => jsonOf(bytes),
  'apimachinery.pkg.api.resource.Quantity': (bytes) => textOf(fieldsOf(bytes).get(1)),
  'apimachinery.pkg.util.intstr.IntOrString': (bytes) => {
    const fields = fieldsOf(bytes);
    return intOf(fields.get(1)) === 0 ? intOf(fields.get(2)) : textOf(fields.get(3));
  },
};

/** The zero time has no bytes. */
function timeOf(bytes: Buffer, micro: boolean): string | null {
  if (bytes.length === 0) return null;
  const fields = fieldsOf(bytes);
  const seconds = intOf(fields.get(1)) * 1000;
  return micro ? formatMicroTime(seconds + intOf(fields.get(2)) / 1e6) : formatTime(seconds);
}

const jsonOf = (bytes: Buffer): unknown => JSON.parse(textOf(fieldsOf(bytes).get(1)) || 'null');

function readMessage(bytes: Buffer, message: string): Record<string, unknown> {
  const declared = messages[message] ?? {};
  const schema = resolveSchema(schemaOf(`io.k8s.${message}`));
  const object: Record<string, unknown> = {};
  for (const [number, values] of fieldsOf(bytes)) {
    const field = declared[number];
    if (field === undefined) continue;
    const space = field.indexOf(' ');
    const name = jsonName(field.slice(0, space), schema);
    const value = readField(values, field.slice(space + 1));
    // A struct that is embedded in Go is a field here, and none in JSON.
    if (name === undefined) Object.assign(object, value);
    else object[name] = value;
  }
  return object;
}

/** The field as JSON writes it, which may differ in case; undefined for an embedded struct. */
function jsonName(name: string, schema: Schema | undefined): string | undefined {
  const { properties } = schema ?? {};
  if (properties === undefined || name in properties) return name;
  return Object.keys(properties).find((key) => key.toLowerCase() === name.toLowerCase());
}

function readField(values: readonly Wire[], type: string): unknown {
  if (type.startsWith('[] ')) return values.map((value) => readValue(value, type.slice(3)));
  if (!type.startsWith('map ')) return readValue(values.at(-1)!, type);
  const entries = values.map((value) => {
    const entry = fieldsOf(value as Buffer);
    return [textOf(entry.get(1)), readValue(lastOf(entry.get(2)) ?? NOTHING, type.slice(4))];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function readValue(value: Wire, type: string): unknown {
  switch (type) {
    case 'string':
      return (value as Buffer).toString('utf8');
    case 'bytes':
      return (value as Buffer).toString('base64');
    case 'bool':
      return value !== 0n;
    case 'double':
      return (value as Buffer).readDoubleLE();
    case 'int32':
    case 'int64':
      return intOf([value]);
    default: {
      const special = SPECIAL[type];
      return special === undefined ? readMessage(value as Buffer, type) : special(value as Buffer);
    }
  }
}
