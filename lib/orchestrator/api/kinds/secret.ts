/** Secret (core/v1): as a ConfigMap, with types that demand certain keys. */
import type { FieldError } from '../field-error';
import { invalid, required, tooLong } from '../field-error';
import { isConfigMapKey, isDns1123Subdomain, validateObjectMeta } from '../names';
import type { StringMap } from '../object';
import { jsonKind } from '../schema/decode-words';
import { JsonTextError, parseJsonText } from '../schema/json-text';
import { MAX_DATA_BYTES, decodedLength, immutableDataErrors } from './config-map';
import { ageCell, kind } from './define';
import { immutableField, invalidFor } from './fields/field-validation';

const ACCOUNT_NAME = 'kubernetes.io/service-account.name';

interface Secret {
  readonly type?: string;
  readonly data?: StringMap;
  readonly stringData?: StringMap;
}

export const secretKind = kind({
  apiVersion: 'v1',
  plural: 'secrets',
  updateOrder: ['metadata', 'changes', 'whole'],
  applyDefaults(draft) {
    const { type, data, stringData } = draft as Secret;
    if (!type) draft['type'] = 'Opaque';
    if (stringData === undefined) return;
    const merged: Record<string, string> = { ...data };
    for (const key of Object.keys(stringData)) {
      merged[key] = Buffer.from(stringData[key] ?? '').toString('base64');
    }
    delete draft['stringData'];
    if (Object.keys(merged).length > 0) draft['data'] = merged;
  },
  prepareForUpdate(draft, old) {
    // A client that leaves the type out keeps it; defaulting has made it Opaque by now.
    const type = (old as Secret).type;
    if (!draft['type'] && type !== undefined) draft['type'] = type;
  },
  validate(draft) {
    const { data = {}, type = '' } = draft as Secret;
    const errors = validateObjectMeta(draft.metadata, true, isDns1123Subdomain);
    let size = 0;
    for (const key of Object.keys(data).sort()) {
      errors.push(...invalidFor(`data[${key}]`, key, isConfigMapKey(key)));
      size += decodedLength(data[key] ?? '');
    }
    if (size > MAX_DATA_BYTES) errors.push(tooLong('data', MAX_DATA_BYTES));
    const annotations = (draft.metadata['annotations'] ?? {}) as StringMap;
    return [...errors, ...typeErrors(type, data, annotations)];
  },
  validateUpdate: (draft, old) => [
    ...immutableField(draft['type'], (old as Secret).type, 'type'),
    ...immutableDataErrors(draft, old, ['data']),
  ],
  warnings: keyPairWarnings,
  updateWarnings: keyPairWarnings,
  selectableFields: { type: (object) => (object as Secret).type ?? '' },
  cells(object, context) {
    const { type = '', data = {} } = object as Secret & typeof object;
    const age = ageCell(object.metadata.creationTimestamp, context);
    return [object.metadata.name, type, Object.keys(data).length, age];
  },
});

function keyPairWarnings(draft: object): string[] {
  const { type, data = {} } = draft as Secret;
  if (type !== 'kubernetes.io/tls') return [];
  return looksLikePem(data['tls.crt'] ?? '')
    ? []
    : ['tls: failed to find any PEM data in certificate input'];
}

const looksLikePem = (base64: string): boolean =>
  Buffer.from(base64, 'base64').toString().includes('-----BEGIN ');

function typeErrors(type: string, data: StringMap, annotations: StringMap): FieldError[] {
  const missing = (...keys: string[]): FieldError[] =>
    keys.filter((key) => data[key] === undefined).map((key) => required(`data[${key}]`));
  switch (type) {
    case 'kubernetes.io/service-account-token':
      return annotations[ACCOUNT_NAME] ? [] : [required(`metadata.annotations[${ACCOUNT_NAME}]`)];
    case 'kubernetes.io/dockercfg':
      return jsonErrors('.dockercfg', data);
    case 'kubernetes.io/dockerconfigjson':
      return jsonErrors('.dockerconfigjson', data);
    case 'kubernetes.io/basic-auth': {
      const errors = missing('username', 'password');
      return errors.length === 2 ? errors : [];
    }
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? [] : [required('data[ssh-privatekey]')];
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key');
    default:
      return [];
  }
}

function jsonErrors(key: string, data: StringMap): FieldError[] {
  const base64 = data[key];
  if (base64 === undefined) return [required(`data[${key}]`)];
  const message = jsonObjectError(Buffer.from(base64, 'base64').toString());
  if (message === undefined) return [];
  return [invalid(`data[${key}]`, '<secret contents redacted>', message)];
}

/** What Go's decoder says of a text that is no JSON object. */
function jsonObjectError(text: string): string | undefined {
  try {
    const { value } = parseJsonText(text);
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
    return `json: cannot unmarshal ${jsonKind(value)} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (error instanceof JsonTextError) return error.message;
    throw error;
  }
}
