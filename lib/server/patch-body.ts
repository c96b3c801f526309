/** The patch types by their media types, and the body of a server-side apply, which is YAML. */
import { parse } from 'yaml';
import { badRequestError, failure } from '../orchestrator/api/status-error';
import type { PatchType } from '../orchestrator/apiserver/requests';

const TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

export function parsePatchType(mediaType: string): PatchType {
  const type = TYPES[mediaType];
  if (type === undefined) {
    throw failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  return type;
}

export function parseApplyBody(text: string): unknown {
  try {
    return parse(text, { version: '1.1' });
  } catch (error) {
    throw badRequestError(`error decoding YAML: ${(error as Error).message}`);
  }
}
