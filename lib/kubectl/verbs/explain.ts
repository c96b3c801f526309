/**
 * `kubectl explain`: the fields of a resource and their types.
 * FIDELITY: there is no prose about them.
 */
import {
  MICRO_TIME,
  resolveSchema,
  schemaKeyOf,
  schemaOf,
  TIME,
  type Schema,
} from '../../orchestrator/api/schema/schema';
import type { Invocation } from '../invocation';
import { KubectlError, usageError } from '../kubectl-error';

const SHOWN_VALUES = 4;

export function explain(invocation: Invocation): void {
  const { flags, words } = invocation;
  const [path, ...more] = words;
  if (path === undefined) {
    throw usageError(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a ' +
        'complete list of supported resources.',
    );
  }
  if (more.length > 0) throw usageError('We accept only this format: explain RESOURCE');
  const [type = '', ...fields] = path.split('.');
  const kind = invocation.tryKindNamed(type);
  if (kind === undefined) {
    throw new KubectlError(`the server doesn't have a resource type "${type}"`);
  }
  const asked = flags.text('api-version');
  const version = asked?.split('/').at(-1) ?? kind.version;
  const key = asked === undefined ? kind.schema : schemaKeyOf(asked, kind.kind);
  if (kind.group !== '') invocation.print(`GROUP:      ${kind.group}`);
  invocation.print(`KIND:       ${kind.kind}\nVERSION:    ${version}\n`);
  explainField(invocation, kind.customSchema ?? schemaOf(key), fields);
}

function explainField(
  invocation: Invocation,
  whole: Schema | undefined,
  fields: readonly string[],
): void {
  let declared: Schema | undefined = whole;
  for (const field of fields) {
    const parent = innermost(declared);
    declared = parent?.properties?.[field];
    if (declared === undefined) throw usageError(`field "${field}" does not exist`);
  }
  const inner = innermost(declared);
  const last = fields.at(-1);
  if (last !== undefined) {
    invocation.print(`FIELD: ${last} <${typeOf(declared)}>`);
    const values = [...(resolveSchema(declared)?.enum ?? [])].sort();
    if (values.length === 0) invocation.print('');
    else invocation.print(`ENUM:\n${values.map((value) => `    ${value}`).join('\n')}`);
    invocation.print('');
  }
  invocation.print('DESCRIPTION:\n    <empty>');
  if (inner?.properties !== undefined) {
    invocation.print('FIELDS:');
    const recursive = invocation.flags.isTrue('recursive');
    invocation.write(fieldLines(inner, { recursive, indent: '  ', above: [inner] }));
  }
  invocation.print('');
}

/** What a list or a map is of, as deep as it goes. */
function innermost(schema: Schema | undefined): Schema | undefined {
  const resolved = resolveSchema(schema);
  const below = resolved?.items ?? resolved?.additionalProperties;
  return below === undefined ? resolved : innermost(below);
}

interface Layout {
  readonly recursive: boolean;
  readonly indent: string;
  /** The schemas that the fields are in: those within themselves are not followed. */
  readonly above: readonly Schema[];
}

function fieldLines(schema: Schema, layout: Layout): string {
  const { recursive, indent, above } = layout;
  const required = new Set(schema.required);
  const properties = schema.properties ?? {};
  return Object.keys(properties)
    .sort()
    .map((name) => {
      const field = properties[name];
      const note = required.has(name) ? ' -required-' : '';
      const line = `${indent}${name}\t<${typeOf(field)}>${note}\n`;
      const head = line + enumLine(field, indent);
      if (!recursive) return `${head}${indent}  <no description>\n\n`;
      const inner = innermost(field);
      if (inner?.properties === undefined || above.includes(inner)) return head;
      const below = { recursive, indent: `${indent}  `, above: [...above, inner] };
      return head + fieldLines(inner, below);
    })
    .join('');
}

function enumLine(field: Schema | undefined, indent: string): string {
  const values = [...(resolveSchema(field)?.enum ?? [])].sort();
  if (values.length === 0) return '';
  const shown = values
    .slice(0, SHOWN_VALUES)
    .map((value) => (value === '' ? '""' : value))
    .join(', ');
  return `${indent}enum: ${shown}${values.length > SHOWN_VALUES ? ', ....' : ''}\n`;
}

function typeOf(schema: Schema | undefined): string {
  if (schema === undefined) return 'Object';
  const { $ref, items, additionalProperties, type } = schema;
  if ($ref === TIME || $ref === MICRO_TIME) return 'string';
  if ($ref !== undefined) return $ref.split('.').at(-1)!;
  if (items !== undefined) return `[]${typeOf(items)}`;
  if (additionalProperties !== undefined) return `map[string]${typeOf(additionalProperties)}`;
  return type ?? 'Object';
}
