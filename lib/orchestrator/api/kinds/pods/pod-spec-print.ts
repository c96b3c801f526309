/**
 * Pod specs as the API server prints them in refusals: as its internal types, every field there, in
 * Go's order and under Go's names. The fields come from the server's types (pod-spec-fields.json).
 */
import type { LabelSelector } from '../../label-selector';
import { canonicalQuantity, isQuantity } from '../../quantity';
import { printableSelector } from '../fields/field-checks';
import type { DraftContainer, DraftPodSpec, DraftPodTemplate } from './pod-spec-draft';
import fieldData from './pod-spec-fields.json';

type Fields = Readonly<Record<string, unknown>>;

interface Field {
  readonly goName: string;
  /** In lower case: Go's names and JSON's differ in case only. */
  readonly key: string;
  /** `string`, `int32`, `*PodOS`, `[]Container`, `map`; '' for fields of an embedded type. */
  readonly type: string;
}

/** The few fields whose names differ in more than case. */
const ALIASES: Readonly<Record<string, string | undefined>> = {
  datadiskuri: 'diskuri',
  endpointsname: 'endpoints',
  discoverychapauth: 'chapauthdiscovery',
  sessionchapauth: 'chapauthsession',
  cephmonitors: 'monitors',
  rbdimage: 'image',
  rbdpool: 'pool',
  radosuser: 'user',
};
/** Fields of the pod's spec that the internal type keeps in its security context. */
const IN_SECURITY_CONTEXT = [
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'shareProcessNamespace',
  'hostUsers',
] as const;

const data: Readonly<Record<string, readonly string[] | undefined>> = fieldData;
const structs = new Map<string, readonly Field[]>();

export function printablePodSpec(spec: DraftPodSpec): unknown {
  const securityContext: Record<string, unknown> = { ...spec.securityContext };
  for (const name of IN_SECURITY_CONTEXT) securityContext[name] = spec[name];
  return printStruct({ ...spec, securityContext }, 'PodSpec');
}

export const printableEphemeralContainer = (container: DraftContainer): unknown =>
  printStruct(container as Fields, 'EphemeralContainer');

/** A template: its metadata as it is, without what is empty, and its spec. */
export function printablePodTemplate({ metadata = {}, spec = {} }: DraftPodTemplate): unknown {
  return { ...printMetadata(metadata as Fields), Spec: printablePodSpec(spec) };
}

/** The fields of a type, those of embedded types among them. */
function fieldsOf(type: string): readonly Field[] {
  const known = structs.get(type);
  if (known !== undefined) return known;
  const fields = (data[type] ?? []).flatMap((text): readonly Field[] => {
    if (text === '...ObjectMeta') return [{ goName: '', key: 'metadata', type: 'ObjectMeta' }];
    if (text.startsWith('...')) return fieldsOf(text.slice(3));
    const [goName = '', fieldType = ''] = text.split('|');
    const key = goName.toLowerCase();
    return [{ goName, key: key in ALIASES ? (ALIASES[key] ?? key) : key, type: fieldType }];
  });
  structs.set(type, fields);
  return fields;
}

function printStruct(value: Fields, type: string): unknown {
  const byKey = new Map(Object.keys(value).map((name) => [name.toLowerCase(), value[name]]));
  const result: Record<string, unknown> = {};
  for (const field of fieldsOf(type)) {
    const own = byKey.get(field.key);
    if (field.type === 'ObjectMeta') Object.assign(result, printMetadata((own ?? {}) as Fields));
    else result[field.goName] = printField(own, field.type);
  }
  return result;
}

function printField(value: unknown, type: string): unknown {
  const absent = value === undefined || value === null;
  if (type.startsWith('*')) return absent ? null : printField(value, type.slice(1));
  if (type.startsWith('[]')) {
    if (!Array.isArray(value)) return null;
    return value.map((item) => printField(item, type.slice(2)));
  }
  switch (type) {
    case 'map':
      return absent ? null : printMap(value as Fields);
    case 'string':
      return absent ? '' : value;
    case 'bool':
      return absent ? false : value;
    case 'int32':
    case 'int64':
    case 'IntOrString':
      return absent ? 0 : value;
    case 'Quantity':
      return absent ? '0' : printQuantity(value);
    case 'LabelSelector':
      return printableSelector(value as LabelSelector);
    default:
      return printStruct((value ?? {}) as Fields, type);
  }
}

function printMap(map: Fields): unknown {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(map).sort()) result[key] = map[key];
  return result;
}

const printQuantity = (value: unknown): unknown =>
  typeof value === 'string' && isQuantity(value) ? canonicalQuantity(value) : value;

/** Metadata keeps the names of JSON and leaves out what is empty. */
function printMetadata(metadata: Fields): Record<string, unknown> {
  const order = ['name', 'generateName', 'namespace', 'labels', 'annotations', 'finalizers'];
  const result: Record<string, unknown> = {};
  for (const name of order) {
    const value = metadata[name];
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'object') result[name] = value;
    else if (Object.keys(value).length > 0) {
      result[name] = Array.isArray(value) ? value : printMap(value as Fields);
    }
  }
  return result;
}
