/**
 * Resource quantities: `500m`, `1.5Gi`, `1e3`. Stands for apimachinery's resource.Quantity:
 * exact to a billionth (finer values round away from zero), and printed in the family of
 * suffixes that it was written in. Values that hot paths ask for are cached by
 * text, so that a scheduler's look at a request is one look into a map.
 */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  /** The value in billionths. */
  readonly nanos: bigint;
  readonly format: QuantityFormat;
  /** The text itself, where Kubernetes takes it for canonical though it may not be shortest. */
  readonly text?: string;
}

/** A text that is no quantity, in Kubernetes' words. */
export class QuantityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QuantityError';
  }
}

const FORMAT_WRONG =
  'quantities must match the regular expression ' +
  "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX_WRONG = "unable to parse quantity's suffix";
const NANO = 1_000_000_000n;
const MAX_NANOS = (2n ** 63n - 1n) * NANO;
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
/** Exponents are cut to this size: nothing real comes near it. */
const EXPONENT_LIMIT = 2000;
/** How many texts each cache holds before it starts anew: manifests name few quantities. */
const CACHE_LIMIT = 20_000;

/** Whether the text is a quantity. */
export function isQuantity(text: string | number): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

const parsed = new Map<string, Quantity>();

/** The quantity that a text (or a JSON number) stands for; throws QuantityError. */
export function parseQuantity(text: string | number): Quantity {
  const key = typeof text === 'number' ? String(text) : text;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const quantity = parse(key);
  remember(parsed, key, quantity);
  return quantity;
}

const canonical = new Map<string, string>();

/** The text that Kubernetes would store: `0.5` is `500m`, `1024Ki` is `1Mi`. */
export function canonicalQuantity(text: string | number): string {
  const key = typeof text === 'number' ? String(text) : text;
  const known = canonical.get(key);
  if (known !== undefined) return known;
  const result = formatQuantity(parseQuantity(key));
  remember(canonical, key, result);
  return result;
}

const millis = new Map<string, number>();

/** The value in thousandths, rounded up (away from zero); `250m` is 250. */
export function milliValue(text: string | number): number {
  const key = typeof text === 'number' ? String(text) : text;
  const known = millis.get(key);
  if (known !== undefined) return known;
  const value = Number(divideAwayFromZero(parseQuantity(key).nanos, 1_000_000n));
  remember(millis, key, value);
  return value;
}

const wholes = new Map<string, number>();

/** The value as a whole number, rounded up (away from zero); `1Ki` is 1024. */
export function wholeValue(text: string | number): number {
  const key = typeof text === 'number' ? String(text) : text;
  const known = wholes.get(key);
  if (known !== undefined) return known;
  const value = Number(divideAwayFromZero(parseQuantity(key).nanos, NANO));
  remember(wholes, key, value);
  return value;
}

/** Below 0, 0 or above 0, by value: `1` equals `1000m`. */
export function compareQuantities(a: string | number, b: string | number): number {
  if (a === b) return 0;
  const left = parseQuantity(a).nanos;
  const right = parseQuantity(b).nanos;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The sum in canonical form, in the family of the first (of the second if the first is 0). */
export function addQuantities(a: string | number, b: string | number): string {
  const left = parseQuantity(a);
  const right = parseQuantity(b);
  return combined(left, right, left.nanos + right.nanos);
}

/** The difference in canonical form, in the family of the first (of the second if that is 0). */
export function subtractQuantities(a: string | number, b: string | number): string {
  const left = parseQuantity(a);
  const right = parseQuantity(b);
  return combined(left, right, left.nanos - right.nanos);
}

export const isNegative = (text: string | number): boolean => parseQuantity(text).nanos < 0n;
export const isZero = (text: string | number): boolean => parseQuantity(text).nanos === 0n;

/** Thousandths as a quantity: 1500 is `1500m`, 2000 is `2`. */
export function fromMilli(value: number): string {
  return formatQuantity({ nanos: BigInt(Math.ceil(value)) * 1_000_000n, format: 'DecimalSI' });
}

/** Bytes as a quantity: 1048576 is `1Mi`. */
export function fromBytes(value: number): string {
  return formatQuantity({ nanos: BigInt(Math.ceil(value)) * NANO, format: 'BinarySI' });
}

/** The canonical text: no fraction, the largest suffix of its family that leaves it whole. */
export function formatQuantity({ nanos, format, text }: Quantity): string {
  if (text !== undefined) return text;
  if (nanos === 0n) return '0';
  if (format === 'BinarySI' && nanos % NANO === 0n) {
    const whole = nanos / NANO;
    if (whole >= 1024n || whole <= -1024n) return withSuffix(whole, 1024n, BINARY_SUFFIXES);
  }
  if (format !== 'DecimalExponent') return withSuffix(nanos, 1000n, DECIMAL_SUFFIXES);
  let mantissa = nanos;
  let exponent = -9;
  while (mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    exponent += 3;
  }
  return exponent === 0 ? String(mantissa) : `${mantissa}e${exponent}`;
}

function withSuffix(value: bigint, base: bigint, suffixes: readonly string[]): string {
  let mantissa = value;
  let index = 0;
  while (index < suffixes.length - 1 && mantissa % base === 0n) {
    mantissa /= base;
    index += 1;
  }
  return `${mantissa}${suffixes[index] ?? ''}`;
}

function combined(left: Quantity, right: Quantity, nanos: bigint): string {
  const format = left.nanos === 0n ? right.format : left.format;
  return formatQuantity({ nanos, format });
}

const capped = (nanos: bigint): bigint => (nanos > MAX_NANOS ? MAX_NANOS : nanos);

function divideAwayFromZero(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  if (value % by === 0n) return quotient;
  return value > 0n ? quotient + 1n : quotient - 1n;
}

const SHAPE = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

function parse(text: string): Quantity {
  if (text === '') throw new QuantityError(FORMAT_WRONG);
  const match = SHAPE.exec(text);
  if (match === null) throw new QuantityError(FORMAT_WRONG);
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  const scale = scaleOf(suffix);
  if (scale === undefined) throw new QuantityError(SUFFIX_WRONG);
  const digits = BigInt(`${whole}${fraction}` || '0');
  const exponent = scale.exponent - fraction.length + 9;
  const size = scaled(digits * scale.factor, exponent);
  // FIDELITY: decimal values beyond 2^63-1 keep their size; Kubernetes' conversions overflow.
  const bounded = scale.format === 'BinarySI' ? capped(size) : size;
  return {
    nanos: sign === '-' ? -bounded : bounded,
    format: scale.format,
    ...(isTakenAsIs(whole, fraction, scale) ? { text } : {}),
  };
}

/** How many digits Kubernetes handles without arbitrary precision. */
const FAST_DIGITS = 18;
const FAST_BINARY_DIGITS = 14;

/** Whether Kubernetes keeps the text: it looks only whether digits could be shortened. */
function isTakenAsIs(
  whole: string,
  fraction: string,
  { factor, exponent, format }: Scale,
): boolean {
  const digits = whole.replace(/^0+/, '') || '0';
  if (format === 'BinarySI') {
    const factorDigits = Math.trunc((factor.toString(2).length - 1) * 0.3);
    if (fraction !== '' || digits.length + factorDigits > FAST_BINARY_DIGITS) return false;
    return (BigInt(digits) & 7n) !== 0n;
  }
  const all = digits + fraction;
  const scale = exponent - fraction.length;
  if (all.length > FAST_DIGITS || scale < -9 || scale % 3 !== 0) return false;
  return !all.endsWith('000') && !all.startsWith('0');
}

/** value * 10^exponent, rounded up; exponents out of all proportion are cut first. */
function scaled(value: bigint, exponent: number): bigint {
  if (value === 0n) return 0n;
  if (exponent >= 0) return value * 10n ** BigInt(Math.min(exponent, EXPONENT_LIMIT));
  const digits = String(value).length;
  if (-exponent > digits) return 1n;
  return divideAwayFromZero(value, 10n ** BigInt(-exponent));
}

interface Scale {
  readonly factor: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function scaleOf(suffix: string): Scale | undefined {
  const decimal = DECIMAL_SUFFIXES.indexOf(suffix as (typeof DECIMAL_SUFFIXES)[number]);
  if (decimal >= 0) return { factor: 1n, exponent: (decimal - 3) * 3, format: 'DecimalSI' };
  const binary = BINARY_SUFFIXES.indexOf(suffix as (typeof BINARY_SUFFIXES)[number]);
  if (binary > 0) {
    return { factor: 1024n ** BigInt(binary), exponent: 0, format: 'BinarySI' };
  }
  if (/^[eE][-+]?[0-9]+$/.test(suffix)) {
    return { factor: 1n, exponent: Number(suffix.slice(1)), format: 'DecimalExponent' };
  }
  return undefined;
}

function remember<V>(cache: Map<string, V>, key: string, value: V): void {
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(key, value);
}
