/**
 * A pod template as text, as kube-controller-manager prints it before it hashes it: every field of
 * the Go structures, given or not, in the order in which they are declared.
 * FIDELITY: quantities that need more than 63 bits are printed in the short form all the same, so
 * that the hash of a template with such a quantity differs from the real one.
 */
import type { PodTemplateSpec } from '../objects';
import { formatQuantity, parseQuantity } from '../quantity';
import layoutData from './pod-template-layout.json';

interface Field {
  /** As JSON names it; '*' for a structure whose fields JSON shows among those around it. */
  readonly key: string;
  readonly type: string;
  /** Its name in Go and its type, as they stand before its value. */
  readonly head: string;
  /** The field where nothing is given: most of every text. */
  readonly absent: string;
}

const layout = layoutData as Readonly<Record<string, readonly string[] | undefined>>;
const fieldsByType = new Map<string, readonly Field[]>();

const NIL = '<nil>';
const NANO = 1_000_000_000n;
const TIME = '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}';

type Json = Readonly<Record<string, unknown>>;

/** The text of the whole template. */
export const podTemplateDump = (template: PodTemplateSpec): string =>
  `(v1.PodTemplateSpec)${plain('v1.PodTemplateSpec', template)}`;

function plain(type: string, value: unknown): string {
  if (type.startsWith('*')) return value === undefined ? NIL : plain(type.slice(1), value);
  if (type.startsWith('[]')) return list(type.slice(2), value as readonly unknown[] | undefined);
  if (type.startsWith('map[')) return map(type.slice(type.indexOf(']') + 1), value as Json);
  const fields = fieldsOf(type);
  if (fields !== undefined) return struct(fields, (value ?? {}) as Json);
  switch (type) {
    case 'resource.Quantity':
      return quantity(value as string | number | undefined);
    case 'v1.ResourceList':
      return map('resource.Quantity', value as Json | undefined);
    case 'intstr.IntOrString':
      return intOrString((value ?? 0) as string | number);
    case 'v1.Time':
      return TIME;
    case 'bool':
      return String(value ?? false);
    default:
      return String(value ?? (/^u?int\d+$/.test(type) ? 0 : ''));
  }
}

function fieldsOf(type: string): readonly Field[] | undefined {
  const known = fieldsByType.get(type);
  const lines = known === undefined ? layout[type] : undefined;
  if (lines === undefined) return known;
  const fields = lines.map((line): Field => {
    const [name = '', key = '', fieldType = ''] = line.split(' ');
    const head = `${name}:(${fieldType})`;
    return { key, type: fieldType, head, absent: head + plain(fieldType, undefined) };
  });
  fieldsByType.set(type, fields);
  return fields;
}

function struct(fields: readonly Field[], value: Json): string {
  let text = '{';
  let gap = '';
  for (const { key, type, head, absent } of fields) {
    const given = key === '*' ? value : value[key];
    text += gap;
    text += given === undefined || given === null ? absent : head + plain(type, given);
    gap = ' ';
  }
  return `${text}}`;
}

/** An empty list does not survive the way to the controller manager. */
function list(type: string, items: readonly unknown[] | undefined): string {
  if (items === undefined || items.length === 0) return NIL;
  return `[${items.map((item) => plain(type, item)).join(' ')}]`;
}

function map(type: string, value: Json | undefined): string {
  const keys = value === undefined ? [] : Object.keys(value).sort();
  if (keys.length === 0) return NIL;
  return `map[${keys.map((key) => `${key}:${plain(type, value![key])}`).join(' ')}]`;
}

const DECIMAL_EXPONENTS: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/**
 * A quantity as its stored text is read: a number and a power of ten. Where Kubernetes takes the
 * text for canonical it keeps that, too.
 */
function quantity(given: string | number = '0'): string {
  const stored = formatQuantity(parseQuantity(given));
  const { nanos, format, text } = parseQuantity(stored);
  const [, digits = '0', suffix = ''] = /^(-?\d+)(.*)$/.exec(stored) ?? [];
  const [value, scale] =
    format === 'BinarySI'
      ? [nanos / NANO, 0]
      : [digits, DECIMAL_EXPONENTS[suffix] ?? Number(suffix.slice(1))];
  const kept = stored === '0' ? stored : (text ?? '');
  return (
    `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}} ` +
    `d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${kept} ` +
    `Format:(resource.Format)${format}}`
  );
}

function intOrString(value: string | number): string {
  const [type, number, text] = typeof value === 'number' ? [0, value, ''] : [1, 0, value];
  return `{Type:(intstr.Type)${type} IntVal:(int32)${number} StrVal:(string)${text}}`;
}
