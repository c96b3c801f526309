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
import { KubectlError, usageError } from '../kubectl-error';

type Condition = (object: KubeObject) => boolean;

export function selectionOf(kind: KindDefinition, flags: Flags): Condition {
  const conditions = [
    ...labelConditions(flags.text('selector')),
    ...fieldConditions(kind, flags.text('field-selector')),
  ];
  return (object) => conditions.every((condition) => condition(object));
}

function labelConditions(text: string | undefined): Condition[] {
  if (text === undefined) return [];
  try {
    const { matches } = parseSelector(text);
    return [(object) => matches(object.metadata.labels)];
  } catch (error) {
    if (error instanceof SelectorError) throw usageError(error.message);
    throw error;
  }
}

function fieldConditions(kind: KindDefinition, text: string | undefined): Condition[] {
  if (text === undefined) return [];
  try {
    return parseFieldSelector(text).map((requirement) => {
      const read = fieldReader(kind, requirement.field);
      return (object) => meetsFieldRequirement(requirement, read(object));
    });
  } catch (error) {
    if (error instanceof FieldSelectorError) throw usageError(error.message);
    throw error;
  }
}

function fieldReader(kind: KindDefinition, field: string): (object: KubeObject) => string {
  if (field === 'metadata.name') return (object) => object.metadata.name;
  if (field === 'metadata.namespace') return (object) => object.metadata.namespace ?? '';
  const read = kind.selectableFields?.[field];
  if (read !== undefined) return read;
  const { plural, version } = kind;
  throw new KubectlError(
    `Error from server (BadRequest): Unable to find "${version}, Resource=${plural}" that match ` +
      `label selector "", field selector "${field}": field label not supported: ${field}`,
  );
}
