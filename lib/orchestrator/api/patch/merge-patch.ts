/**
 * JSON Merge Patch (RFC 7386): maps merge, null deletes, everything else replaces.
 */

import type { JsonMap } from '../json-map';
import { isMap } from '../json-map';

/** A new object with the patch merged in; untouched parts are shared with `target`. */
export function applyMergePatch(target: JsonMap, patch: JsonMap): Record<string, unknown> {
  const result: Record<string, unknown> = { ...target };
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null || value === undefined) {
      delete result[key];
    } else if (isMap(value)) {
      const current = result[key];
      result[key] = applyMergePatch(isMap(current) ? current : {}, value);
    } else {
      result[key] = value;
    }
  }
  return result;
}
