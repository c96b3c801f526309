/** The patch types by their media types. */
import { failure } from '../../orchestrator/api/status-error';
import type { PatchType } from '../../orchestrator/apiserver/requests';

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
