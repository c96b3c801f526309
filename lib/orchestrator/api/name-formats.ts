/**
 * What names, labels and other texts of Kubernetes may look like. Stands for apimachinery's
 * validation package: each function gives the messages of what is wrong, none if all is well.
 */
import type { FieldError } from './field-error';
import { invalid, tooLong } from './field-error';
import type { StringMap } from './object';

const DNS1123_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS1123_SUBDOMAIN = `${DNS1123_LABEL}(\\.${DNS1123_LABEL})*`;
const DNS1035_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED_NAME})?`;
const CONFIG_KEY = '[-._a-zA-Z0-9]+';

const SUBDOMAIN_MAX = 253;
const LABEL_MAX = 63;
const ANNOTATIONS_MAX_BYTES = 262_144;
/** How many checked texts each cache keeps before it starts anew. */
const CACHE_LIMIT = 20_000;

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`);
const LABEL_REGEXP = whole(DNS1123_LABEL);
const SUBDOMAIN_REGEXP = whole(DNS1123_SUBDOMAIN);
const DNS1035_REGEXP = whole(DNS1035_LABEL);
const QUALIFIED_REGEXP = whole(QUALIFIED_NAME);
const LABEL_VALUE_REGEXP = whole(LABEL_VALUE);
const CONFIG_KEY_REGEXP = whole(CONFIG_KEY);

const regexText = (text: string, pattern: string, ...examples: string[]): string => {
  const shown = examples.map((example) => `'${example}'`).join(',  or ');
  return `${text} (e.g. ${shown}, regex used for validation is '${pattern}')`;
};
const maxCharacters = (length: number): string => `must be no more than ${length} characters`;
const maxBytes = (length: number): string => `must be no more than ${length} bytes`;
const byteLength = (text: string): number => Buffer.byteLength(text);

const LABEL_MESSAGE = regexText(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', " +
    'and must start and end with an alphanumeric character',
  DNS1123_LABEL,
  'my-name',
  '123-abc',
);
const SUBDOMAIN_MESSAGE = regexText(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or " +
    "'.', and must start and end with an alphanumeric character",
  DNS1123_SUBDOMAIN,
  'example.com',
);
const DNS1035_MESSAGE = regexText(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an " +
    'alphabetic character, and end with an alphanumeric character',
  DNS1035_LABEL,
  'my-name',
  'abc-123',
);
const QUALIFIED_MESSAGE = regexText(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
    'alphanumeric character',
  QUALIFIED_NAME,
  'MyName',
  'my.name',
  '123-abc',
);
const LABEL_VALUE_MESSAGE = regexText(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or " +
    "'.', and must start and end with an alphanumeric character",
  LABEL_VALUE,
  'MyValue',
  'my_value',
  '12345',
);
const CONFIG_KEY_MESSAGE = regexText(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  CONFIG_KEY,
  'key.name',
  'KEY_NAME',
  'key-name',
);
const NONE: string[] = [];

/** `my-name`: names of containers, ports, namespaces. */
export function isDns1123Label(text: string): string[] {
  const messages = byteLength(text) > LABEL_MAX ? [maxCharacters(LABEL_MAX)] : [];
  if (!LABEL_REGEXP.test(text)) {
    // Of a subdomain only the dots can be wrong.
    messages.push(SUBDOMAIN_REGEXP.test(text) ? 'must not contain dots' : LABEL_MESSAGE);
  }
  return messages;
}

/** `example.com`: names of most objects. */
export function isDns1123Subdomain(text: string): string[] {
  const messages = byteLength(text) > SUBDOMAIN_MAX ? [maxCharacters(SUBDOMAIN_MAX)] : [];
  if (!SUBDOMAIN_REGEXP.test(text)) messages.push(SUBDOMAIN_MESSAGE);
  return messages;
}

/** `my-name`, starting with a letter. */
export function isDns1035Label(text: string): string[] {
  const messages = byteLength(text) > LABEL_MAX ? [maxCharacters(LABEL_MAX)] : [];
  if (!DNS1035_REGEXP.test(text)) messages.push(DNS1035_MESSAGE);
  return messages;
}

const qualifiedNames = new Set<string>();

/** `name` or `example.com/name`: keys of labels and annotations, finalizers, resource names. */
export function isQualifiedName(text: string): string[] {
  if (qualifiedNames.has(text)) return NONE;
  const messages = qualifiedNameMessages(text);
  if (messages.length === 0) remember(qualifiedNames, text);
  return messages;
}

function qualifiedNameMessages(text: string): string[] {
  const parts = text.split('/');
  const messages: string[] = [];
  let [name = ''] = parts;
  if (parts.length > 2) {
    const form = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a valid label key ${QUALIFIED_MESSAGE} ${form}`];
  }
  if (parts.length === 2) {
    const prefix = name;
    name = parts[1] ?? '';
    if (prefix === '') messages.push('prefix part must be non-empty');
    else messages.push(...prefixMessages(prefix).map((message) => `prefix part ${message}`));
  }
  if (name === '') messages.push('name part must be non-empty');
  else if (byteLength(name) > LABEL_MAX) messages.push(`name part ${maxBytes(LABEL_MAX)}`);
  if (!QUALIFIED_REGEXP.test(name)) messages.push(`name part ${QUALIFIED_MESSAGE}`);
  return messages;
}

/** As a subdomain, but of a key the length is told in bytes. */
const prefixMessages = (prefix: string): string[] => [
  ...(byteLength(prefix) > SUBDOMAIN_MAX ? [maxBytes(SUBDOMAIN_MAX)] : []),
  ...(SUBDOMAIN_REGEXP.test(prefix) ? [] : [SUBDOMAIN_MESSAGE]),
];

const labelValues = new Set<string>();

/** A label's value: at most 63 bytes, may be empty. */
export function isLabelValue(text: string): string[] {
  if (labelValues.has(text)) return NONE;
  const messages = byteLength(text) > LABEL_MAX ? [maxBytes(LABEL_MAX)] : [];
  if (!LABEL_VALUE_REGEXP.test(text)) messages.push(LABEL_VALUE_MESSAGE);
  if (messages.length === 0) remember(labelValues, text);
  return messages;
}

/** A key of a ConfigMap or Secret. */
export function isConfigMapKey(text: string): string[] {
  const messages = byteLength(text) > SUBDOMAIN_MAX ? [maxCharacters(SUBDOMAIN_MAX)] : [];
  if (!CONFIG_KEY_REGEXP.test(text)) messages.push(CONFIG_KEY_MESSAGE);
  if (text === '.') messages.push("must not be '.'");
  if (text === '..') messages.push("must not be '..'");
  else if (text.startsWith('..')) messages.push("must not start with '..'");
  return messages;
}

/** A name for environment variables; since 1.34 all printable ASCII but `=`. */
export function isEnvVarName(text: string): string[] {
  if (text !== '' && /^[ -<>-~]+$/.test(text)) return [];
  if (text === '') return ['environment variable name must be non-empty'];
  return [
    "a valid environment variable name must consist only of printable ASCII characters other than '='",
  ];
}

/** The name of a container's or Service's port, at most 15 characters. */
export function isPortName(text: string): string[] {
  const messages: string[] = [];
  if (text.length > 15) messages.push(maxCharacters(15));
  if (!/^[-a-z0-9]+$/.test(text)) {
    messages.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(text)) messages.push('must contain at least one letter (a-z)');
  if (text.includes('--')) messages.push('must not contain consecutive hyphens');
  if (text.startsWith('-') || text.endsWith('-')) {
    messages.push('must not begin or end with a hyphen');
  }
  return messages;
}

/** A port number from 1 to 65535. */
export const isPortNumber = (port: unknown): string[] =>
  typeof port === 'number' && port >= 1 && port <= 65_535
    ? []
    : ['must be between 1 and 65535, inclusive'];

/** Labels of any object; keys in sorted order. */
export function validateLabels(labels: StringMap | undefined | null, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (labels === undefined || labels === null) return errors;
  for (const key of Object.keys(labels).sort()) {
    const value = labels[key] ?? '';
    for (const message of isQualifiedName(key)) errors.push(invalid(field, key, message));
    for (const message of isLabelValue(value)) errors.push(invalid(field, value, message));
  }
  return errors;
}

/** Annotations of any object: keys in any case, 256 KiB in all. */
export function validateAnnotations(
  annotations: StringMap | undefined | null,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (annotations === undefined || annotations === null) return errors;
  let size = 0;
  for (const key of Object.keys(annotations).sort()) {
    for (const message of isQualifiedName(key.toLowerCase())) {
      errors.push(invalid(field, key, message));
    }
    size += byteLength(key) + byteLength(annotations[key] ?? '');
  }
  if (size > ANNOTATIONS_MAX_BYTES) errors.push(tooLong(field, ANNOTATIONS_MAX_BYTES));
  return errors;
}

function remember(cache: Set<string>, text: string): void {
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.add(text);
}
