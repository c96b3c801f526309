/** Label and field selectors of a command line, as a condition on objects. */
import {
  FieldSelectorError,
  meetsFieldRequirement,
  parseFieldSelector,
} from '../../orchestrator/api/field-selector';
import type { KindDefinition } from '../../orchestrator/api/kind';
import { parseSelector, SelectorError } from '../../orchestrator/api/label-selector';
import type { KubeObject } from '../../orchestrator/api/object';
import type { Flags } from './command-line';
import { KubectlError } from '../kubectl-error';

type Condition = (object: KubeObject) => boolean;

export function selectionOf(kind: KindDefinition, flags: Flags): Condition {
  const conditions = [...labelConditions(kind, flags), ...fieldConditions(kind, flags)];
  return (object) => conditions.every((condition) => condition(object));
}

function labelConditions(kind: KindDefinition, flags: Flags): Condition[] {
  const text = flags.text('selector');
  if (text === undefined) return [];
  try {
    const { matches } = parseSelector(text);
    return [(object) => matches(object.metadata.labels)];
  } catch (error) {
    if (error instanceof SelectorError) throw unable(kind, flags, error.message);
    throw error;
  }
}

function fieldConditions(kind: KindDefinition, flags: Flags): Condition[] {
  const text = flags.text('field-selector');
  if (text === undefined) return [];
  try {
    return parseFieldSelector(text).map((requirement) => {
      const read = fieldReader(kind, flags, requirement.field);
      return (object) => meetsFieldRequirement(requirement, read(object));
    });
  } catch (error) {
    if (error instanceof FieldSelectorError) throw unable(kind, flags, error.message);
    throw error;
  }
}

function fieldReader(
  kind: KindDefinition,
  flags: Flags,
  field: string,
): (object: KubeObject) => string {
  if (field === 'metadata.name') return (object) => object.metadata.name;
  if (field === 'metadata.namespace') return (object) => object.metadata.namespace ?? '';
  const read = kind.selectableFields?.[field];
  if (read !== undefined) return read;
  throw unable(kind, flags, `field label not supported: ${field}`);
}

function unable({ group, version, plural }: KindDefinition, flags: Flags, why: string): Error {
  const labels = flags.text('selector') ?? '';
  const fields = flags.text('field-selector') ?? '';
  return new KubectlError(
    `Error from server (BadRequest): Unable to find "${group}/${version}, Resource=${plural}" ` +
      `that match label selector "${labels}", field selector "${fields}": ${why}`,
  );
}
