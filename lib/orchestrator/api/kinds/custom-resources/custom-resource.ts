/**
 * The kinds that a CustomResourceDefinition defines: pruned, defaulted and validated by the
 * schema of each version, printed by its columns.
 *
 * FIDELITY: objects are validated by the schema of the version in which they are stored, whichever
 * they came in; versions are converted by their name alone (strategy None), never by a webhook.
 */
import type { FieldError } from '../../field-error';
import { invalid } from '../../field-error';
import type { Cell, Column, Draft, KindDefinition, PrintContext, ScalePaths } from '../../kind';
import { isDns1123Subdomain, validateObjectMeta } from '../../names';
import type { KubeObject } from '../../object';
import { customResourceSchema, type Schema } from '../../schema/schema';
import { ageCell } from '../define';
import { kindMetadataErrors, registryMetadataErrors } from '../workloads/workload-metadata';
import { findAll, findFirst, namesOf } from './json-path';
import type { StructuralSchema } from './structural-schema-type';
import { pruneObject, withDefaults } from './structural-values';
import { valueErrors } from './value-validation';

interface DefinedVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: StructuralSchema };
  readonly subresources?: {
    readonly status?: object;
    readonly scale?: {
      readonly specReplicasPath: string;
      readonly statusReplicasPath: string;
      readonly labelSelectorPath?: string;
    };
  };
  readonly additionalPrinterColumns?: readonly {
    readonly name: string;
    readonly type: Column['type'];
    readonly format?: string;
    readonly priority?: number;
    readonly jsonPath: string;
  }[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

/** A definition as it is stored. */
export interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced' | 'Cluster';
    readonly versions: readonly DefinedVersion[];
  };
  readonly status: {
    readonly acceptedNames: {
      readonly kind: string;
      readonly plural: string;
      readonly singular?: string;
      readonly shortNames?: readonly string[];
      readonly categories?: readonly string[];
    };
    readonly conditions?: readonly { readonly type: string; readonly status: string }[] | null;
  };
}

export const hasCondition = ({ status }: Definition, type: string): boolean =>
  status.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;

/** The kinds to serve, the one that is stored first; none before the definition is established. */
export function customResourceKinds(definition: Definition): KindDefinition[] {
  if (!hasCondition(definition, 'Established')) return [];
  const { versions } = definition.spec;
  const stored = versions.find(({ storage }) => storage);
  if (stored === undefined) return [];
  const others = versions.filter((version) => version !== stored && version.served);
  const kinds = [kindOf(definition, stored)];
  for (const version of others) {
    const kind = kindOf(definition, version);
    kinds.push({ ...kind, conversion: conversionOf(kind, stored.name) });
  }
  return kinds;
}

const conversionOf = (
  { group, version }: KindDefinition,
  stored: string,
): NonNullable<KindDefinition['conversion']> => ({
  toStored: (object) => ({ ...object, apiVersion: `${group}/${stored}` }),
  fromStored: (object) => ({ ...object, apiVersion: `${group}/${version}` }),
});

function kindOf(definition: Definition, version: DefinedVersion): KindDefinition {
  const { spec, status } = definition;
  const { kind, plural, singular = '', shortNames = [], categories = [] } = status.acceptedNames;
  const schema = version.schema?.openAPIV3Schema ?? OPEN;
  const { status: hasStatus, scale } = version.subresources ?? {};
  const namespaced = spec.scope === 'Namespaced';
  const columns = columnsOf(version);
  const deprecation = deprecationOf(definition, version);
  return {
    group: spec.group,
    version: version.name,
    kind,
    plural,
    singular,
    shortNames,
    categories,
    namespaced,
    subresources: [...(hasStatus ? ['status'] : []), ...(scale ? ['scale'] : [])],
    schema: '',
    customSchema: customResourceSchema(schema as Schema),
    unconditionalUpdate: false,
    createOnUpdate: false,
    generation: 'content',
    ...(deprecation === undefined ? {} : { deprecation }),
    ...(scale === undefined ? {} : { scalePaths: scale }),
    ...(hasCondition(definition, 'Terminating')
      ? { createRefusal: 'create not allowed while custom resource definition is terminating' }
      : {}),
    prune: (object) => pruneObject(object, schema),
    applyDefaults: (draft) => fillIn(draft, schema),
    ...(hasStatus ? { prepareForCreate: (draft: Draft) => void delete draft['status'] } : {}),
    validate: (draft) => [
      ...validateObjectMeta(draft.metadata, namespaced, isDns1123Subdomain),
      ...contentErrors(draft, schema, scale),
    ],
    validateWholeUpdate: (draft, old) => [
      ...registryMetadataErrors(draft, old, namespaced),
      ...kindMetadataErrors(draft, old),
      ...contentErrors(draft, schema, scale),
    ],
    validateStatusUpdate: (draft) => statusErrors(draft, schema, scale),
    selectableFields: Object.fromEntries(
      (version.selectableFields ?? []).map(({ jsonPath }) => [
        jsonPath.replace(/^\./, ''),
        (object: KubeObject) => String(findFirst(object, jsonPath) ?? ''),
      ]),
    ),
    columns: columns.map(({ jsonPath: _path, ...column }) => column),
    cells: (object, context) => columns.map((column) => cellOf(object, column, context)),
  };
}

const OPEN: StructuralSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

function fillIn(draft: Draft, schema: StructuralSchema): void {
  const { apiVersion: _v, kind: _k, metadata: _m, ...properties } = schema.properties ?? {};
  const filled = withDefaults(draft, { ...schema, properties }) as Draft;
  if (filled === draft) return;
  for (const name of Object.keys(draft)) if (!(name in filled)) delete draft[name];
  Object.assign(draft, filled);
}

function deprecationOf({ spec, status }: Definition, version: DefinedVersion): string | undefined {
  if (version.deprecated !== true) return undefined;
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const { kind } = status.acceptedNames;
  const name = (one: DefinedVersion): string => `${spec.group}/${one.name} ${kind}`;
  const other = spec.versions.find((one) => one.served && one.deprecated !== true);
  return `${name(version)} is deprecated${other === undefined ? '' : `; use ${name(other)}`}`;
}

/** Names and types are the server's own business. */
function withoutHead(draft: Draft): Record<string, unknown> {
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...content } = draft;
  return content;
}

function contentErrors(
  draft: Draft,
  schema: StructuralSchema,
  scale: ScalePaths | undefined,
): FieldError[] {
  const { apiVersion: _v, kind: _k, metadata: _m, ...properties } = schema.properties ?? {};
  const content = { ...schema, properties };
  return [
    ...valueErrors(withoutHead(draft), content, ''),
    ...(scale === undefined ? [] : replicaErrors(draft, scale.specReplicasPath)),
  ];
}

function statusErrors(
  draft: Draft,
  schema: StructuralSchema,
  scale: ScalePaths | undefined,
): FieldError[] {
  const declared = schema.properties?.['status'];
  const { status } = draft;
  return [
    ...(declared === undefined || status === undefined
      ? []
      : valueErrors(status, declared, 'status', '')),
    ...(scale === undefined ? [] : replicaErrors(draft, scale.statusReplicasPath)),
  ];
}

/** That there is a whole number where scale looks for one. */
function replicaErrors(draft: Draft, path: string): FieldError[] {
  let value: unknown = draft;
  const names = namesOf(path);
  for (const [i, name] of names.entries()) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return [accessorError(path, value, 'map[string]interface{}')];
    }
    value = (value as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) return [];
    if (i === names.length - 1 && !Number.isInteger(value)) {
      return [accessorError(path, value, 'int64')];
    }
  }
  if (typeof value === 'number' && value < 0) {
    return [invalid(path, value, 'should be a non-negative integer')];
  }
  return [];
}

function accessorError(path: string, value: unknown, wanted: string): FieldError {
  const [shown, type] = Array.isArray(value)
    ? ['[]', '[]interface {}']
    : [String(value), GO_TYPES[typeof value] ?? typeof value];
  const why = `${path} accessor error: ${shown} is of the type ${type}, expected ${wanted}`;
  return invalid(path, 0, why);
}

const GO_TYPES: Readonly<Record<string, string>> = {
  boolean: 'bool',
  number: 'float64',
  object: 'map[string]interface {}',
};

interface PathColumn extends Column {
  readonly jsonPath: string;
}

function columnsOf({ additionalPrinterColumns: more }: DefinedVersion): PathColumn[] {
  const age = { name: 'Age', type: 'date' as const, jsonPath: '.metadata.creationTimestamp' };
  const name: PathColumn = {
    name: 'Name',
    type: 'string',
    format: 'name',
    priority: 0,
    jsonPath: '.metadata.name',
  };
  return [name, ...(more ?? [age]).map((column) => ({ priority: 0, ...column }))];
}

function cellOf(object: KubeObject, column: PathColumn, context: PrintContext): Cell {
  const found = findAll(object, column.jsonPath);
  if (found.length === 0) return null;
  const [value] = found;
  switch (column.type) {
    case 'integer':
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? ageCell(value, context) : '<unknown>';
    default:
      return found.map(printed).join(' ');
  }
}

const printed = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
