/**
 * Objects with their fields in the order of Go's structs, as the API server writes them. Of pods
 * the order is that of the server's own types, of all else that of the protobuf numbers.
 *
 * FIDELITY: types with fields that came late, such as a Service's, have a few of them elsewhere.
 */
import podFields from '../kinds/pods/pod-spec-fields.json';
import { isMap } from '../json-map';
import messageData from './protobuf-messages.json';
import { declaredField, resolveSchema, type Schema } from './schema';

const messages: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> =
  messageData;
const internal: Readonly<Record<string, readonly string[] | undefined>> = podFields;
const ORIGIN = 'io.k8s.';
const CORE = 'io.k8s.api.core.v1.';
const known = new Map<string, readonly string[]>();

/** The value with the fields of all types that are known in their order. */
export function inGoOrder(value: unknown, declared: Schema | undefined): unknown {
  if (Array.isArray(value)) {
    const items = resolveSchema(declared)?.items;
    return value.map((item) => inGoOrder(item, items));
  }
  if (!isMap(value)) return value;
  const names = Object.keys(value);
  const order = declared?.$ref === undefined ? [] : orderOf(declared.$ref);
  const place = (name: string): number => {
    const index = order.indexOf(name);
    return index < 0 ? order.length : index;
  };
  // Maps of labels and the like are sorted by their keys.
  names.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  return Object.fromEntries(
    names.map((name) => [name, inGoOrder(value[name], declaredField(declared, name))]),
  );
}

function orderOf(key: string): readonly string[] {
  let order = known.get(key);
  if (order === undefined) {
    order = merged(numbered(key), key.startsWith(CORE) ? key.slice(CORE.length) : '');
    known.set(key, order);
  }
  return order;
}

/** The fields of a type by their protobuf numbers. */
function numbered(key: string): string[] {
  const message = messages[key.slice(ORIGIN.length)] ?? {};
  const numbers = Object.keys(message).sort((a, b) => Number(a) - Number(b));
  return numbers.map((number) => message[number]!.split(' ')[0]!);
}

/** Those that the internal type has in its order, the others behind their number's neighbour. */
function merged(fields: readonly string[], type: string): readonly string[] {
  const inner = (internal[type] ?? []).flatMap((text) =>
    text.startsWith('...') ? (internal[text.slice(3)] ?? []) : [text],
  );
  if (inner.length === 0) return fields;
  const ranks = new Map(inner.map((text, i) => [text.split('|')[0]!.toLowerCase(), i]));
  let last = -1;
  const placed = fields.map((name, number) => {
    last = ranks.get(name.toLowerCase()) ?? last + 1 / (fields.length + 1);
    return { name, rank: last, number };
  });
  placed.sort((a, b) => a.rank - b.rank || a.number - b.number);
  return placed.map(({ name }) => name);
}
