/**
 * The `format`s that schemas of custom resources may name. Others are kept and told of, because
 * nobody checks them.
 */
import type { DraftDefinitionSpec } from './custom-resource-definition-validation';

const KNOWN = new Set([
  'bsonobjectid',
  'byte',
  'cidr',
  'creditcard',
  'date',
  'date-time',
  'datetime',
  'double',
  'duration',
  'email',
  'float',
  'hexcolor',
  'hostname',
  'int32',
  'int64',
  'ipv4',
  'ipv6',
  'isbn',
  'isbn10',
  'isbn13',
  'k8s-long-name',
  'k8s-short-name',
  'mac',
  'password',
  'rgbcolor',
  'ssn',
  'uri',
  'uuid',
  'uuid3',
  'uuid4',
  'uuid5',
]);

/** Formats that the schemas name and nobody knows, each once; not those that were there before. */
export function formatWarnings(
  spec: DraftDefinitionSpec,
  old: DraftDefinitionSpec | undefined,
): string[] {
  const before = new Set(unknownFormats(old));
  return unknownFormats(spec)
    .filter((format) => !before.has(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`);
}

function unknownFormats(spec: DraftDefinitionSpec | undefined): string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { format } = value as { format?: unknown };
    if (typeof format === 'string' && format !== '' && !KNOWN.has(format)) found.add(format);
    Object.values(value).forEach(look);
  };
  for (const { schema } of spec?.versions ?? []) look(schema);
  return [...found];
}
