/**
 * Decodes what a user sent into a built-in type: drops nulls, unknown fields and the zero values
 * that the server would not store, writes quantities and times in canonical form, and says what is
 * unknown, there twice or of the wrong type in the words of the real server's decoder.
 */
import { canonicalQuantity } from '../quantity';
import { formatMicroTime, formatTime, isTime, parseTime } from '../timestamps';
import type { Schema } from './schema';
import { CUSTOM_RESOURCE, INT_OR_STRING, MICRO_TIME, QUANTITY, TIME, schemaOf } from './schema';

/** A value that does not fit its type: the object cannot be decoded at all. */
export class DecodeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DecodeError';
  }
}

export interface Decoded {
  /** A new value: nothing of it is shared with the input. */
  readonly value: Record<string, unknown>;
  /** `unknown field "spec.foo"`, `duplicate field "spec.bar"`: refused when strict, else warned. */
  readonly strictErrors: readonly string[];
}

/** How many strict errors the server collects. */
const STRICT_ERRORS_MAX = 100;

/**
 * Decodes an object of the type that `schemaKey` names; throws DecodeError.
 * A key without a schema is a custom resource: its metadata is decoded, the rest is kept.
 */
export function decodeStrict(
  draft: unknown,
  schemaKey: string | undefined,
  duplicates: WeakMap<object, ReadonlySet<string>> = new WeakMap(),
): Decoded {
  const decoder = new Decoder(duplicates);
  const key = schemaOf(schemaKey) === undefined ? undefined : schemaKey;
  const value = decoder.decodeRoot(
    draft,
    schemaOf(key) ?? CUSTOM_RESOURCE,
    goName(key ?? 'Object'),
  );
  if (decoder.typeError !== undefined) throw new DecodeError(decoder.typeError);
  return { value, strictErrors: decoder.strictErrors };
}

/** Where the decoder is: in Go's words for type errors, and in JSON's for strict ones. */
interface Place {
  /** The struct that holds the field: `PodSpec`. */
  readonly struct: string;
  /** Field names without indexes: `spec.containers.image`. */
  readonly goPath: string;
  /** The path with indexes: `spec.containers[0].image`. */
  readonly path: string;
  /** The Go type of the value, as errors name it. */
  readonly goType: string;
}

class Decoder {
  /** The first value of a wrong type; decoding goes on to find malformed values, which win. */
  typeError: string | undefined;
  readonly strictErrors: string[] = [];

  constructor(private readonly duplicates: WeakMap<object, ReadonlySet<string>>) {}

  decodeRoot(value: unknown, schema: Schema, struct: string): Record<string, unknown> {
    const place: Place = { struct: '', goPath: '', path: '', goType: struct };
    if (!isObject(value)) {
      this.wrongType(jsonKind(value), place);
      return {};
    }
    return this.decodeStruct(value, schema, place);
  }

  private decodeValue(value: unknown, declared: Schema, place: Place): unknown {
    const special = this.decodeSpecial(value, declared.$ref, place);
    if (special !== undefined) return special.value;
    const schema = declared.$ref === undefined ? declared : schemaOf(declared.$ref);
    if (schema === undefined) return value;
    switch (schema.type) {
      case 'object':
        return this.decodeObject(value, schema, place);
      case 'array':
        return this.decodeList(value, schema, place);
      case 'integer':
      case 'number':
        return this.decodeNumber(value, schema, place);
      case 'string':
        if (typeof value === 'string') {
          return schema.format === 'byte' ? this.decodeBase64(value) : value;
        }
        return this.wrongType(jsonKind(value), place);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.wrongType(jsonKind(value), place);
      default:
        return value;
    }
  }

  /** Types that read their own JSON: their errors end the decoding. */
  private decodeSpecial(
    value: unknown,
    key: string | undefined,
    place: Place,
  ): { value: unknown } | undefined {
    switch (key) {
      case QUANTITY: {
        const text = typeof value === 'string' ? value.trim() : JSON.stringify(value);
        return { value: canonicalOrThrow(text) };
      }
      case INT_OR_STRING:
        if (typeof value === 'string') return { value };
        if (typeof value === 'number' && isInt(value, 'int32')) return { value };
        throw new DecodeError(typeMessage(numberWord(value), { ...place, goType: 'int32' }));
      case TIME:
      case MICRO_TIME:
        if (typeof value !== 'string') {
          throw new DecodeError(typeMessage(jsonKind(value), { ...place, goType: 'string' }));
        }
        return { value: key === TIME ? readTime(value) : readMicroTime(value) };
      default:
        return undefined;
    }
  }

  private decodeObject(value: unknown, schema: Schema, place: Place): unknown {
    if (!isObject(value)) return this.wrongType(jsonKind(value), place);
    if (schema.properties !== undefined) return this.decodeStruct(value, schema, place);
    if (schema.additionalProperties === undefined) return value;
    return this.decodeMap(value, schema.additionalProperties, place);
  }

  private decodeStruct(
    value: Record<string, unknown>,
    schema: Schema,
    place: Place,
  ): Record<string, unknown> {
    const struct = place.goType.slice(place.goType.lastIndexOf('.') + 1);
    const twice = this.duplicates.get(value);
    const result: Record<string, unknown> = {};
    for (const field of Object.keys(value)) {
      const declared = ownField(schema, field);
      if (declared === undefined) {
        if (schema['x-kubernetes-preserve-unknown-fields']) result[field] = value[field];
        else this.strict('unknown field', join(place.path, field));
        continue;
      }
      if (twice?.has(field)) this.strict('duplicate field', join(place.path, field));
      const given = value[field];
      if (given === null || given === undefined) continue;
      const embedded = declared['x-go-embedded'];
      const goField = embedded === undefined ? field : `${embedded}.${field}`;
      const decoded = this.decodeValue(given, declared, {
        struct,
        goPath: join(place.goPath, goField),
        path: join(place.path, field),
        goType: goTypeOf(declared),
      });
      if (declared['x-go-omitempty'] && isZero(decoded)) continue;
      if (decoded !== undefined) result[field] = decoded;
    }
    return result;
  }

  private decodeMap(
    value: Record<string, unknown>,
    items: Schema,
    place: Place,
  ): Record<string, unknown> {
    const twice = this.duplicates.get(value);
    const goType = place.goType.startsWith('map[')
      ? place.goType.slice(place.goType.indexOf(']') + 1)
      : goTypeOf(items);
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const path = join(place.path, key);
      if (twice?.has(key)) this.strict('duplicate field', path);
      const given = value[key];
      const decoded =
        given === null ? zeroOf(items) : this.decodeValue(given, items, { ...place, path, goType });
      if (decoded !== undefined) result[key] = decoded;
    }
    return result;
  }

  private decodeList(value: unknown, schema: Schema, place: Place): unknown {
    if (!Array.isArray(value)) return this.wrongType(jsonKind(value), place);
    const items = schema.items ?? {};
    const goType = place.goType.startsWith('[]') ? place.goType.slice(2) : goTypeOf(items);
    return value.map((item: unknown, index) => {
      if (item === null) return zeroOf(items);
      return this.decodeValue(item, items, { ...place, path: `${place.path}[${index}]`, goType });
    });
  }

  private decodeNumber(value: unknown, schema: Schema, place: Place): unknown {
    if (typeof value !== 'number') return this.wrongType(jsonKind(value), place);
    if (schema.type === 'number') return value;
    // FIDELITY: Go refuses 1.0 and 1e0 for integers; here they are the integer 1.
    if (isInt(value, schema.format)) return value;
    return this.wrongType(numberWord(value), place);
  }

  private decodeBase64(value: string): string {
    const clean = value.replace(/[\r\n]/g, '');
    const bad = firstBadBase64(clean);
    if (bad !== undefined) this.typeError ??= `illegal base64 data at input byte ${bad}`;
    return clean;
  }

  private wrongType(kind: string, place: Place): undefined {
    this.typeError ??= typeMessage(kind, place);
    return undefined;
  }

  private strict(what: string, path: string): void {
    const message = `${what} ${JSON.stringify(path)}`;
    if (this.strictErrors.length >= STRICT_ERRORS_MAX) return;
    if (!this.strictErrors.includes(message)) this.strictErrors.push(message);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (path: string, field: string): string => (path === '' ? field : `${path}.${field}`);

function ownField(schema: Schema, field: string): Schema | undefined {
  const { properties } = schema;
  return properties !== undefined && Object.hasOwn(properties, field)
    ? properties[field]
    : undefined;
}

function typeMessage(kind: string, place: Place): string {
  const target =
    place.goPath === ''
      ? `Go value of type ${place.goType}`
      : `Go struct field ${place.struct}.${place.goPath} of type ${place.goType}`;
  return `json: cannot unmarshal ${kind} into ${target}`;
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

const numberWord = (value: unknown): string =>
  typeof value === 'number' ? `number ${value}` : jsonKind(value);

/** `v1.PodSpec` of a schema key: the package's name is the version. */
function goName(key: string): string {
  const parts = key.split('.');
  return parts.length < 2
    ? key
    : `${parts[parts.length - 2] ?? ''}.${parts[parts.length - 1] ?? ''}`;
}

function goTypeOf(schema: Schema): string {
  if (schema['x-go-type'] !== undefined) return schema['x-go-type'];
  if (schema.$ref !== undefined) return goName(schema.$ref);
  switch (schema.type) {
    case 'array':
      return `[]${goTypeOf(schema.items ?? {})}`;
    case 'object':
      return `map[string]${goTypeOf(schema.additionalProperties ?? {})}`;
    case 'integer':
      return schema.format ?? 'int64';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'string':
      return schema.format === 'byte' ? '[]uint8' : 'string';
    default:
      return 'interface {}';
  }
}

const INT32_MAX = 2 ** 31 - 1;

const isInt = (value: number, format: string | undefined): boolean =>
  Number.isInteger(value) &&
  (format !== 'int32' || (value <= INT32_MAX && value >= -INT32_MAX - 1)) &&
  Math.abs(value) < 2 ** 63;

/** What Go makes of null in a list or a map. */
function zeroOf(declared: Schema): unknown {
  const schema = declared.$ref === undefined ? declared : schemaOf(declared.$ref);
  switch (schema?.type) {
    case 'string':
      return '';
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'object':
      return {};
    default:
      return declared.$ref === QUANTITY ? '0' : undefined;
  }
}

function isZero(value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

function canonicalOrThrow(text: string): string {
  try {
    return canonicalQuantity(text);
  } catch (error) {
    throw new DecodeError(error instanceof Error ? error.message : String(error));
  }
}

const readTime = (text: string): string => {
  if (!isTime(text)) throw new DecodeError(badTime(text, '2006-01-02T15:04:05Z07:00'));
  return formatTime(parseTime(text));
};

const readMicroTime = (text: string): string => {
  if (!isTime(text)) throw new DecodeError(badTime(text, '2006-01-02T15:04:05.000000Z07:00'));
  // FIDELITY: what is finer than a millisecond is cut, Kubernetes keeps microseconds.
  return formatMicroTime(parseTime(text));
};

/** Go says which part of the layout failed; only texts that start wrong are told apart here. */
function badTime(text: string, layout: string): string {
  const shown = JSON.stringify(text);
  return `parsing time ${shown} as ${JSON.stringify(layout)}: cannot parse ${shown} as "2006"`;
}

/** The index of the first byte that base64 does not allow; undefined if all is well. */
function firstBadBase64(text: string): number | undefined {
  const match = /^[A-Za-z0-9+/]*/.exec(text);
  const plain = match?.[0].length ?? 0;
  const padding = text.slice(plain);
  const rest = plain % 4;
  if (padding === '') return rest === 0 ? undefined : plain - rest;
  if (rest === 2 && padding === '==') return undefined;
  if (rest === 3 && padding === '=') return undefined;
  if (padding.charAt(0) !== '=') return plain;
  return rest < 2 ? plain : plain + Math.min(padding.length, 4 - rest);
}
