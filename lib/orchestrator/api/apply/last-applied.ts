/**
 * The annotation in which kubectl's client-side apply keeps its last configuration. Server-side
 * apply by kubectl reads it to take over those fields, and keeps it up to date.
 */
import type { JsonMap } from '../json-map';
import type { Schema } from '../schema/schema';
import type { FieldSet } from './field-set';
import { fieldsOf } from './structured-merge';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The fields of the last client-side configuration; undefined if there is none. */
export function lastAppliedFields(live: JsonMap, schema: Schema): FieldSet | undefined {
  const text = annotationOf(live);
  if (text === undefined) return undefined;
  try {
    return fieldsOf(JSON.parse(text), schema);
  } catch {
    // An annotation that somebody broke counts as none.
    return undefined;
  }
}

/** The object with the annotation set to the configuration, if the live object has one. */
export function withLastApplied(
  object: Record<string, unknown>,
  live: JsonMap,
  config: JsonMap,
): Record<string, unknown> {
  if (annotationOf(live) === undefined) return object;
  const metadata = (object.metadata ?? {}) as JsonMap;
  const annotations = {
    ...((metadata.annotations ?? {}) as JsonMap),
    [LAST_APPLIED]: `${sortedJson(withoutAnnotation(config))}\n`,
  };
  return { ...object, metadata: { ...metadata, annotations } };
}

function annotationOf(object: JsonMap): string | undefined {
  const annotations = (object.metadata as JsonMap | undefined)?.annotations as JsonMap | undefined;
  const text = annotations?.[LAST_APPLIED];
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function withoutAnnotation(config: JsonMap): JsonMap {
  const metadata = config.metadata as JsonMap | undefined;
  const annotations = metadata?.annotations as JsonMap | undefined;
  if (annotations?.[LAST_APPLIED] === undefined) return config;
  const { [LAST_APPLIED]: _, ...rest } = annotations;
  return { ...config, metadata: { ...metadata, annotations: rest } };
}

/** JSON with the fields of every map sorted, as Go writes it. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) => {
    if (typeof field !== 'object' || field === null || Array.isArray(field)) return field;
    const map = field as JsonMap;
    return Object.fromEntries(
      Object.keys(map)
        .sort()
        .map((key) => [key, map[key]]),
    );
  });
}
