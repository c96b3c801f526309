/**
 * Decodes what a user sent into a built-in type: drops nulls, unknown fields and the zero values
 * that the server would not store, writes quantities and times in canonical form, and says what is
 * unknown, there twice or of the wrong type in the words of the real server's decoder.
 */
import {
  DecodeError,
  canonicalOrThrow,
  conversionMessage,
  firstBadBase64,
  goName,
  goTypeOf,
  jsonKind,
  numberWord,
  readMicroTime,
  readTime,
  typeMessage,
} from './decode-words';
import type { Place } from './decode-words';
import type { Schema } from './schema';
import { CUSTOM_RESOURCE, INT_OR_STRING, MICRO_TIME, QUANTITY, TIME, schemaOf } from './schema';

export interface Decoded {
  /** A new value: nothing of it is shared with the input. */
  readonly value: Record<string, unknown>;
  /** `unknown field "spec.foo"`, `duplicate field "spec.bar"`: refused when strict, else warned. */
  readonly strictErrors: readonly string[];
}

export { DecodeError } from './decode-words';

/** Whose words type errors have: those of a body's decoder, or of a strategic merge patch. */
export type DecodeWords = 'json' | 'conversion';

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
  words: DecodeWords = 'json',
): Decoded {
  const decoder = new Decoder(duplicates, words);
  const key = schemaOf(schemaKey) === undefined ? undefined : schemaKey;
  const value = decoder.decodeRoot(
    draft,
    schemaOf(key) ?? CUSTOM_RESOURCE,
    goName(key ?? 'Object'),
  );
  if (decoder.typeError !== undefined) throw new DecodeError(decoder.typeError);
  // Conversions find unknown fields in no order of their own, and sort what they found.
  const found = decoder.strictErrors;
  return { value, strictErrors: words === 'conversion' ? found.sort() : found };
}

/** What types of statuses always have, empty if nothing was said. */
function addUnset(result: Record<string, unknown>, { properties }: Schema, struct: string): void {
  if (struct.endsWith('Condition')) {
    for (const time of ['lastProbeTime', 'lastHeartbeatTime', 'lastUpdateTime']) {
      if (properties?.[time] !== undefined) result[time] ??= null;
    }
  } else if (struct === 'ContainerStatus') {
    result['state'] ??= {};
    result['lastState'] ??= {};
  } else if (struct === 'HorizontalPodAutoscalerStatus') {
    result['currentMetrics'] ??= null;
  }
}

class Decoder {
  /** The first value of a wrong type; decoding goes on to find malformed values, which win. */
  typeError: string | undefined;
  readonly strictErrors: string[] = [];

  constructor(
    private readonly duplicates: WeakMap<object, ReadonlySet<string>>,
    private readonly words: DecodeWords,
  ) {}

  decodeRoot(value: unknown, schema: Schema, struct: string): Record<string, unknown> {
    const place: Place = { struct: '', goPath: '', path: '', goType: struct };
    if (!isObject(value)) {
      this.wrongType(value, schema, place);
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
        return this.wrongType(value, schema, place);
      case 'boolean':
        return typeof value === 'boolean' ? value : this.wrongType(value, schema, place);
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
        return this.refuse(numberWord(value), place, 'int32');
      case TIME:
      case MICRO_TIME:
        if (typeof value !== 'string') return this.refuse(jsonKind(value), place, 'string');
        return { value: key === TIME ? readTime(value) : readMicroTime(value) };
      default:
        return undefined;
    }
  }

  private decodeObject(value: unknown, schema: Schema, place: Place): unknown {
    if (!isObject(value)) return this.wrongType(value, schema, place);
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
    addUnset(result, schema, struct);
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
    if (!Array.isArray(value)) return this.wrongType(value, schema, place);
    const items = schema.items ?? {};
    const goType = place.goType.startsWith('[]') ? place.goType.slice(2) : goTypeOf(items);
    return value.map((item: unknown, index) => {
      if (item === null) return zeroOf(items);
      return this.decodeValue(item, items, { ...place, path: `${place.path}[${index}]`, goType });
    });
  }

  private decodeNumber(value: unknown, schema: Schema, place: Place): unknown {
    if (typeof value !== 'number') return this.wrongType(value, schema, place);
    if (schema.type === 'number') return value;
    // FIDELITY: Go refuses 1.0 and 1e0 for integers; here they are the integer 1.
    if (isInt(value, schema.format)) return value;
    return this.wrongType(value, schema, place);
  }

  private decodeBase64(value: string): string {
    const clean = value.replace(/[\r\n]/g, '');
    const bad = firstBadBase64(clean);
    if (bad !== undefined) {
      const message = `illegal base64 data at input byte ${bad}`;
      if (this.words === 'conversion')
        throw new DecodeError(`error decoding from json: ${message}`);
      this.typeError ??= message;
    }
    return clean;
  }

  private wrongType(value: unknown, schema: Schema, place: Place): undefined {
    if (this.words === 'conversion') {
      throw new DecodeError(conversionMessage(value, schema, place.goType));
    }
    const isNumber = schema.type === 'integer' && typeof value === 'number';
    this.typeError ??= typeMessage(isNumber ? numberWord(value) : jsonKind(value), place);
    return undefined;
  }

  /** A type that reads its own JSON got something else: that ends the decoding. */
  private refuse(kind: string, place: Place, goType: string): never {
    const goPath = this.words === 'conversion' ? '' : place.goPath;
    throw new DecodeError(typeMessage(kind, { ...place, goPath, goType }));
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
