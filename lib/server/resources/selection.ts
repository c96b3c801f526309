/** Label and field selectors of a request, as a condition on objects. */
import {
  meetsFieldRequirement,
  parseFieldSelector,
  FieldSelectorError,
} from '../../orchestrator/api/field-selector';
import type { KindDefinition } from '../../orchestrator/api/kind';
import { parseSelector, SelectorError } from '../../orchestrator/api/label-selector';
import type { KubeObject } from '../../orchestrator/api/object';
import { badRequestError } from '../../orchestrator/api/status-error';
import type { Selection } from '../../orchestrator/apiserver/requests';

type Condition = (object: KubeObject) => boolean;

/** Throws ApiStatusError for selectors that do not parse or that the kind does not support. */
export function selectionOf(
  kind: KindDefinition,
  namespace: string | undefined,
  name: string | undefined,
  query: URLSearchParams,
): Selection {
  const conditions: Condition[] = [
    ...labelConditions(query.get('labelSelector')),
    ...fieldConditions(kind, query.get('fieldSelector')),
  ];
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(conditions.length === 0
      ? {}
      : { matches: (object) => conditions.every((condition) => condition(object)) }),
  };
}

function labelConditions(text: string | null): Condition[] {
  if (!text) return [];
  try {
    const { matches } = parseSelector(text);
    return [(object) => matches(object.metadata.labels)];
  } catch (error) {
    if (error instanceof SelectorError) throw badRequestError(error.message);
    throw error;
  }
}

function fieldConditions(kind: KindDefinition, text: string | null): Condition[] {
  if (!text) return [];
  try {
    return parseFieldSelector(text).map((requirement) => {
      const read = fieldReader(kind, requirement.field);
      return (object) => meetsFieldRequirement(requirement, read(object));
    });
  } catch (error) {
    if (error instanceof FieldSelectorError) throw badRequestError(error.message);
    throw error;
  }
}

function fieldReader(kind: KindDefinition, field: string): (object: KubeObject) => string {
  if (field === 'metadata.name') return (object) => object.metadata.name;
  if (field === 'metadata.namespace') return (object) => object.metadata.namespace ?? '';
  const read = kind.selectableFields?.[field];
  if (read === undefined) throw badRequestError(unknownField(kind, field));
  return read;
}

/** Kinds word this differently; those without fields of their own name the two of all. */
function unknownField({ kind, selectableFields }: KindDefinition, field: string): string {
  if (kind === 'Job') return `field label ${JSON.stringify(field)} not supported for Job`;
  if (selectableFields !== undefined) return `field label not supported: ${field}`;
  const known = 'only "metadata.name", "metadata.namespace"';
  return `${JSON.stringify(field)} is not a known field selector: ${known}`;
}
