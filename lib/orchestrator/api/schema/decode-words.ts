/**
 * What decoding errors say: the real server prints the words of Go's JSON decoder, or, for
 * strategic merge patches, those of the converter that reads Go values from maps.
 */
import { canonicalQuantity } from '../quantity';
import { formatMicroTime, formatTime, isTime, parseTime } from '../timestamps';
import type { Schema } from './schema';

/** A value that does not fit its type: the object cannot be decoded at all. */
export class DecodeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DecodeError';
  }
}

/** Where the decoder is: in Go's words for type errors, and in JSON's for strict ones. */
export interface Place {
  /** The struct that holds the field: `PodSpec`. */
  readonly struct: string;
  /** Field names without indexes: `spec.containers.image`. */
  readonly goPath: string;
  /** The path with indexes: `spec.containers[0].image`. */
  readonly path: string;
  /** The Go type of the value, as errors name it. */
  readonly goType: string;
}

/** A value of a wrong type, as Go's JSON decoder says it. */
export function typeMessage(kind: string, place: Place): string {
  const target =
    place.goPath === ''
      ? `Go value of type ${place.goType}`
      : `Go struct field ${place.struct}.${place.goPath} of type ${place.goType}`;
  return `json: cannot unmarshal ${kind} into ${target}`;
}

export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

export const numberWord = (value: unknown): string =>
  typeof value === 'number' ? `number ${value}` : jsonKind(value);

/** A value of a wrong type, as the converter of strategic merge patches says it. */
export function conversionMessage(value: unknown, schema: Schema, goType: string): string {
  switch (schema.type) {
    case 'object':
      return schema.properties === undefined
        ? `cannot restore map from ${goKind(value)}`
        : `cannot restore struct from: ${goKind(value)}`;
    case 'array':
      return `cannot restore slice from ${goKind(value)}`;
    case 'string':
      if (schema.format === 'byte') return `cannot restore slice from ${goKind(value)}`;
      // Go can make a string of an integer, so it refuses in other words than the rest.
      return goKind(value) === 'int64'
        ? `cannot convert int64 to ${goType}`
        : 'unrecognized type: string';
    case 'integer':
      return goKind(value) === 'float64'
        ? `cannot convert float64 to ${goType}`
        : `unrecognized type: ${goType}`;
    case 'boolean':
      return 'unrecognized type: bool';
    default:
      return `unrecognized type: ${goType}`;
  }
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'map' : 'string';
}

/** `v1.PodSpec` of a schema key: the package's name is the version. */
export function goName(key: string): string {
  const parts = key.split('.');
  return parts.length < 2
    ? key
    : `${parts[parts.length - 2] ?? ''}.${parts[parts.length - 1] ?? ''}`;
}

/** The Go type of values of a schema. */
export function goTypeOf(schema: Schema): string {
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

/** The quantity's canonical text; throws DecodeError. */
export function canonicalOrThrow(text: string): string {
  try {
    return canonicalQuantity(text);
  } catch (error) {
    throw new DecodeError(error instanceof Error ? error.message : String(error));
  }
}

/** The time's canonical text; throws DecodeError. */
export const readTime = (text: string): string => {
  if (!isTime(text)) throw new DecodeError(badTime(text, '2006-01-02T15:04:05Z07:00'));
  return formatTime(parseTime(text));
};

/** The time's canonical text with microseconds; throws DecodeError. */
export const readMicroTime = (text: string): string => {
  const [, micros] = MICROSECONDS.exec(text) ?? [];
  if (micros === undefined || !isTime(text)) {
    throw new DecodeError(badTime(text, '2006-01-02T15:04:05.000000Z07:00', MICRO_PARTS));
  }
  // Milliseconds are all that numbers hold; zones have whole minutes.
  return formatMicroTime(parseTime(text)).replace(/\.\d{6}/, `.${micros}`);
};

const MICROSECONDS = /^[^.]+\.(\d{6})(?!\d)/;

/** The parts of a time with what Go's layout calls them. */
const TIME_PARTS: readonly (readonly [pattern: RegExp, layout: string])[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d\d/, '01'],
  [/^-/, '-'],
  [/^\d\d/, '02'],
  [/^T/, 'T'],
  [/^\d\d/, '15'],
  [/^:/, ':'],
  [/^\d\d/, '04'],
  [/^:/, ':'],
  [/^\d\d(\.\d+)?/, '05'],
  [/^(Z|[+-]\d\d:\d\d)/, 'Z07:00'],
];

const MICRO_PARTS: typeof TIME_PARTS = TIME_PARTS.flatMap((part) =>
  part[1] === '05' ? [[/^\d\d/, '05'] as const, [/^\.\d{6}/, '.000000'] as const] : [part],
);

/** Says which part of a text is not as the layout has it, or which number is too large. */
function badTime(text: string, layout: string, parts = TIME_PARTS): string {
  const shown = JSON.stringify(text);
  let rest = text;
  for (const [pattern, part] of parts) {
    const match = pattern.exec(rest);
    if (match === null) {
      const where = `cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`;
      return `parsing time ${shown} as ${JSON.stringify(layout)}: ${where}`;
    }
    rest = rest.slice(match[0].length);
  }
  if (rest !== '') return `parsing time ${shown}: extra text: ${JSON.stringify(rest)}`;
  return `parsing time ${shown}: ${outOfRange(text)} out of range`;
}

function outOfRange(text: string): string {
  const number = (start: number): number => Number(text.slice(start, start + 2));
  if (number(5) < 1 || number(5) > 12) return 'month';
  if (number(11) > 23) return 'hour';
  if (number(14) > 59) return 'minute';
  if (number(17) > 59) return 'second';
  return 'day';
}

/** The index of the first byte that base64 does not allow; undefined if all is well. */
export function firstBadBase64(text: string): number | undefined {
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
