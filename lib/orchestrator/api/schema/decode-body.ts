/**
 * Decodes the body of a create or update: finds out what it claims to be, checks that against the
 * resource that the request names, and decodes it. Refusals are the API server's own 400s.
 */
import { parse as parseYaml } from 'yaml';
import { invalid } from '../field-error';
import type { ApiStatusError } from '../status-error';
import { badRequestError, invalidError } from '../status-error';
import type { Decoded } from './decode';
import { DecodeError, decodeStrict } from './decode';
import type { ParsedJson } from './json-text';
import { JsonTextError, parseJsonText } from './json-text';
import type { GroupVersionKind } from './schema';
import { schemaKeyOf } from './schema';

/** What the request's path names. */
export interface ExpectedKind extends GroupVersionKind {
  /** Undefined for custom resources, of which only metadata has a schema. */
  readonly schemaKey: string | undefined;
}

/** What a body's strict errors lead to: `fieldValidation` of the request. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface DecodedBody {
  readonly object: Record<string, unknown>;
  /** Texts for `Warning:` headers. */
  readonly warnings: readonly string[];
}

/** Versions whose kinds the server still reads, though it serves them no more. */
const READ_ONLY_KINDS: Readonly<Record<string, readonly string[]>> = {
  'extensions/v1beta1': ['DaemonSet', 'Deployment', 'Ingress', 'NetworkPolicy', 'ReplicaSet'],
  'apps/v1beta1': ['ControllerRevision', 'Deployment', 'StatefulSet'],
  'apps/v1beta2': ['ControllerRevision', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
};
/** How much of a body that says nothing an error repeats. */
const SUMMARY_LENGTH = 30;

/**
 * The object in a body; apiVersion and kind that it leaves out are the resource's.
 * Throws ApiStatusError.
 */
export function decodeBody(
  text: string,
  expected: ExpectedKind,
  validation: FieldValidation = 'Warn',
): DecodedBody {
  const parsed = parseBody(text, expected);
  return decodeParsed(parsed, text, expected, validation);
}

/** As `decodeBody`, for callers in the same process that have the object at hand. */
export function decodeObject(
  object: unknown,
  expected: ExpectedKind,
  validation: FieldValidation = 'Warn',
): DecodedBody {
  const parsed = { value: object, duplicates: new WeakMap<object, ReadonlySet<string>>() };
  return decodeParsed(parsed, undefined, expected, validation);
}

function decodeParsed(
  { value, duplicates }: ParsedJson,
  text: string | undefined,
  expected: ExpectedKind,
  validation: FieldValidation,
): DecodedBody {
  const body = text ?? JSON.stringify(value) ?? '';
  const claimed = claimedKind(value, expected, body);
  const { apiVersion, kind } = claimed;
  const expectedVersion = joinVersion(expected.group, expected.version);
  const same = apiVersion === expectedVersion && kind === expected.kind;
  const isCustom = expected.schemaKey === '';
  if (isCustom && kind !== expected.kind) throw anotherKind(claimed, expected, value);
  const schemaKey = same || isCustom ? expected.schemaKey : schemaKeyOf(apiVersion, kind);
  if (!same && schemaKey === undefined && !isReadOnly(apiVersion, kind)) {
    const why = `no kind "${kind}" is registered for version "${apiVersion}"`;
    throw cannotHandle(claimed, expected, `${why} in scheme "pkg/runtime/scheme.go:111"`);
  }
  if (kind !== expected.kind)
    throw cannotHandle(claimed, expected, unknownConversion(claimed, expected));
  if (isCustom && !(value as { apiVersion?: unknown } | null)?.apiVersion) {
    throw anotherVersion('', expectedVersion);
  }
  const { value: object, strictErrors } = decodeOrRefuse(
    value ?? {},
    schemaKey ?? expected.schemaKey,
    duplicates,
    claimed,
    expected,
  );
  const decoded = { value: object, strictErrors: [...strictErrors] };
  if (isCustom) decoded.strictErrors.push(...duplicatesBelow(value, duplicates));
  if (decoded.strictErrors.length > 0 && validation === 'Strict') {
    const all = decoded.strictErrors.join(', ');
    throw cannotHandle(claimed, expected, `strict decoding error: ${all}`);
  }
  if (apiVersion !== expectedVersion) {
    throw anotherVersion(apiVersion, expectedVersion);
  }
  return {
    object: { ...decoded.value, apiVersion, kind },
    warnings: validation === 'Warn' ? decoded.strictErrors : [],
  };
}

const anotherVersion = (given: string, expected: string): ApiStatusError =>
  badRequestError(
    `the API version in the data (${given}) does not match the expected API version (${expected})`,
  );

/** Fields that a custom resource names twice in what no built-in type describes. */
function duplicatesBelow(
  value: unknown,
  duplicates: WeakMap<object, ReadonlySet<string>>,
): string[] {
  const found: string[] = [];
  const look = (part: unknown, path: string): void => {
    if (typeof part !== 'object' || part === null) return;
    const isList = Array.isArray(part);
    if (path !== '') {
      for (const name of duplicates.get(part) ?? [])
        found.push(`duplicate field "${path}.${name}"`);
    }
    for (const [name, child] of Object.entries(part)) {
      if (path === '' && name === 'metadata') continue;
      look(child, isList ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`);
    }
  };
  look(value, '');
  return found;
}

/** Custom resources are all one type to the server, which asks for the kind later. */
function anotherKind(
  { kind }: ClaimedKind,
  expected: ExpectedKind,
  value: unknown,
): ApiStatusError {
  const { name = '' } = (value as { metadata?: { name?: string } } | null)?.metadata ?? {};
  return invalidError(expected.group, kind, name, [
    invalid('kind', kind, `must be ${expected.kind}`),
  ]);
}

interface ClaimedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

const isReadOnly = (apiVersion: string, kind: string): boolean =>
  READ_ONLY_KINDS[apiVersion]?.includes(kind) === true;

const joinVersion = (group: string, version: string): string =>
  group === '' ? version : `${group}/${version}`;

function decodeOrRefuse(
  value: unknown,
  schemaKey: string | undefined,
  duplicates: WeakMap<object, ReadonlySet<string>>,
  claimed: ClaimedKind,
  expected: ExpectedKind,
): Decoded {
  try {
    return decodeStrict(value, schemaKey, duplicates);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw cannotHandle(claimed, expected, decodingWords(error.message, expected));
  }
}

/** The metadata of a custom resource is decoded by itself. */
const decodingWords = (message: string, { schemaKey }: ExpectedKind): string =>
  schemaKey !== ''
    ? message
    : message
        .replace('field ObjectMeta.metadata.', 'field ObjectMeta.')
        .replace('Go struct field Object.metadata of type', 'Go value of type');

function parseBody(text: string, expected: ExpectedKind): ParsedJson {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw unrecognized(
      `couldn't get version/kind; json parse error: ${error.message}`,
      text,
      expected,
    );
  }
}

/** Reads YAML (or JSON, which it contains); throws a 400 in the words of apply patches. */
export function parseYamlBody(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    // FIDELITY: the rest of the message is this parser's, not that of the server's YAML library.
    const [why = ''] = error instanceof Error ? error.message.split('\n') : [];
    throw badRequestError(`error decoding YAML: error converting YAML to JSON: yaml: ${why}`);
  }
}

function claimedKind(value: unknown, expected: ExpectedKind, body: string): ClaimedKind {
  const refuse = (kind: string, target: string): ApiStatusError =>
    unrecognized(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${kind} into ${target}`,
      body,
      expected,
    );
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    throw refuse(jsonKind(value), HEADER_TYPE);
  }
  const { apiVersion = '', kind = '' } = (value ?? {}) as Record<string, unknown>;
  if (typeof apiVersion !== 'string' && apiVersion !== null) {
    throw refuse(jsonKind(apiVersion), 'Go struct field .apiVersion of type string');
  }
  if (typeof kind !== 'string' && kind !== null) {
    throw refuse(jsonKind(kind), 'Go struct field .kind of type string');
  }
  if ((apiVersion ?? '').split('/').length > 2) {
    throw unrecognized(`unexpected GroupVersion string: ${apiVersion}`, body, expected);
  }
  return {
    apiVersion: apiVersion || joinVersion(expected.group, expected.version),
    kind: kind || expected.kind,
  };
}

const HEADER_TYPE =
  'Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; ' +
  'Kind string "json:\\"kind,omitempty\\"" }';

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function unrecognized(why: string, body: string, expected: ExpectedKind): ApiStatusError {
  return badRequestError(
    `the object provided is unrecognized (must be of type ${expected.kind}): ${why} (${summary(body)})`,
  );
}

/** The start of a body: as it is if it looks like JSON, else in hexadecimal. */
function summary(body: string): string {
  if (body === '') return '<empty>';
  const isJson = body.startsWith('{');
  const bytes = Buffer.from(body);
  const cut = bytes.subarray(0, SUMMARY_LENGTH);
  const shown = isJson ? cut.toString() : cut.toString('hex');
  return bytes.length > SUMMARY_LENGTH ? `${shown} ...` : shown;
}

function cannotHandle(claimed: ClaimedKind, expected: ExpectedKind, why: string): ApiStatusError {
  const version = versionOf(claimed.apiVersion);
  return badRequestError(
    `${claimed.kind} in version "${version}" cannot be handled as a ${expected.kind}: ${why}`,
  );
}

const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf('/') + 1);

/** The words for a kind that cannot become the one expected: `(v1.Service) to (core.Pod)`. */
function unknownConversion(claimed: ClaimedKind, expected: ExpectedKind): string {
  const [groupName = ''] = expected.group.split('.');
  const from = `${versionOf(claimed.apiVersion)}.${claimed.kind}`;
  const to = `${groupName === '' ? 'core' : groupName}.${expected.kind}`;
  return `converting (${from}) to (${to}): unknown conversion`;
}
