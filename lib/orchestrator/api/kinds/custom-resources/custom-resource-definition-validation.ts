/**
 * Validation of what a CustomResourceDefinition says: names, versions, columns, subresources and
 * conversion. What all versions share is told of the definition as a whole, as the server's
 * internal type has it.
 */
import { deepEqual } from '../../deep-equal';
import type { FieldError } from '../../field-error';
import { invalid, required } from '../../field-error';
import { isDns1035Label, isDns1123Subdomain } from '../../names';
import { notSupportedInOrder } from '../fields/field-validation';
import type { DraftNames } from './custom-resource-names';
import { definitionNameErrors } from './custom-resource-names';
import type { DraftColumn, DraftConversion, DraftSubresources } from './custom-resource-serving';
import { columnsErrors, conversionErrors, subresourceErrors } from './custom-resource-serving';
import { printableSchema } from './json-schema-print';
import { selectableFieldErrors } from './selectable-fields';
import type { DraftSchema } from './draft-schema';
import { openApiSchemaErrors } from './structural-schema';

export interface DraftDefinitionVersion {
  readonly name?: string;
  readonly served?: boolean;
  readonly storage?: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: DraftSchema };
  readonly subresources?: DraftSubresources;
  readonly additionalPrinterColumns?: readonly DraftColumn[];
  readonly selectableFields?: readonly { readonly jsonPath?: string }[];
}

export interface DraftDefinitionSpec {
  readonly group?: string;
  readonly scope?: string;
  readonly names?: DraftNames;
  readonly versions?: readonly DraftDefinitionVersion[];
  readonly conversion?: DraftConversion;
  readonly preserveUnknownFields?: boolean;
}

export interface DraftDefinitionStatus {
  readonly storedVersions?: readonly string[] | null;
  readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] | null;
}

const APPROVED = 'api-approved.kubernetes.io';
const PROTECTED_GROUP = /(^|\.)(k8s|kubernetes)\.io$/;
const DEPRECATION_MAX = 256;

export function definitionSpecErrors(spec: DraftDefinitionSpec): FieldError[] {
  const { versions = [], names = {} } = spec;
  const shared = sharedParts(versions);
  const errors = [...groupErrors(spec.group ?? ''), ...scopeErrors(spec.scope ?? '')];
  versions.forEach(({ schema }, i) => {
    if (schema?.openAPIV3Schema !== undefined) return;
    errors.push(required(`spec.versions[${i}].schema.openAPIV3Schema`));
  });
  versions.forEach((version, i) => {
    const field = `spec.versions[${i}]`;
    errors.push(...labelErrors(version.name ?? '', `${field}.name`));
    errors.push(...versionErrors(version, field, shared));
  });
  errors.push(...versionListErrors(spec.versions, shared));
  const [first] = versions;
  if (first?.name) errors.push(...labelErrors(first.name, 'spec.version'));
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) {
    if (!names[field]) errors.push(required(`spec.names.${field}`));
  }
  errors.push(...definitionNameErrors(names, 'spec.names'));
  if (first !== undefined && shared.schema) {
    const schema = first.schema?.openAPIV3Schema;
    const field = 'spec.validation.openAPIV3Schema';
    if (schema !== undefined) errors.push(...openApiSchemaErrors(schema, field));
  }
  if (first?.subresources !== undefined && shared.subresources) {
    errors.push(...subresourceErrors(first.subresources, 'spec.subresources'));
  }
  if (first !== undefined && shared.columns) {
    errors.push(
      ...columnsErrors(first.additionalPrinterColumns ?? [], 'spec.additionalPrinterColumns'),
    );
  }
  errors.push(...selectionErrors(versions));
  return [...errors, ...conversionErrors(spec.conversion ?? {}, 'spec.conversion')];
}

/** Fields to select by that all versions share are told of once. */
function selectionErrors(versions: readonly DraftDefinitionVersion[]): FieldError[] {
  const [first] = versions;
  const isShared = versions.every((one) =>
    deepEqual(one.selectableFields, first?.selectableFields),
  );
  return versions.flatMap(({ selectableFields = [], schema }, i) => {
    if (isShared && i > 0) return [];
    const path = isShared ? 'spec.selectableFields' : `spec.versions[${i}].selectableFields`;
    return selectableFieldErrors(selectableFields, schema?.openAPIV3Schema, path);
  });
}

/** Which parts are the same in all versions. */
interface SharedParts {
  readonly schema: boolean;
  readonly subresources: boolean;
  readonly columns: boolean;
}

function sharedParts(versions: readonly DraftDefinitionVersion[]): SharedParts {
  const [first] = versions;
  const all = (field: 'schema' | 'subresources' | 'additionalPrinterColumns'): boolean =>
    versions.every((version) => deepEqual(version[field], first?.[field]));
  return {
    schema: all('schema'),
    subresources: all('subresources'),
    columns: all('additionalPrinterColumns'),
  };
}

function groupErrors(group: string): FieldError[] {
  if (group === '') return [required('spec.group')];
  const messages = isDns1123Subdomain(group);
  if (messages.length > 0) return [invalid('spec.group', group, messages.join(','))];
  if (group.includes('.')) return [];
  return [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

function scopeErrors(scope: string): FieldError[] {
  if (scope === '') return [required('spec.scope')];
  const scopes = ['Cluster', 'Namespaced'];
  return scopes.includes(scope) ? [] : [notSupportedInOrder('spec.scope', scope, scopes)];
}

function labelErrors(text: string, field: string): FieldError[] {
  const messages = isDns1035Label(text);
  return messages.length > 0 ? [invalid(field, text, messages.join(','))] : [];
}

function versionErrors(
  version: DraftDefinitionVersion,
  field: string,
  shared: SharedParts,
): FieldError[] {
  const { deprecated = false, deprecationWarning: warning, schema, subresources } = version;
  const errors: FieldError[] = [];
  const refuse = (why: string): number =>
    errors.push(invalid(`${field}.deprecationWarning`, warning, why));
  if (warning !== undefined && !deprecated) refuse('can only be set for deprecated versions');
  else if (warning !== undefined) {
    if (warning.length > DEPRECATION_MAX) refuse(`must be <= ${DEPRECATION_MAX} characters long`);
    if (warning === '') refuse('must not be an empty string');
  }
  const openApi = schema?.openAPIV3Schema;
  if (openApi !== undefined && !shared.schema) {
    errors.push(...openApiSchemaErrors(openApi, `${field}.schema.openAPIV3Schema`));
  }
  if (subresources !== undefined && !shared.subresources) {
    errors.push(...subresourceErrors(subresources, `${field}.subresources`));
  }
  if (shared.columns) return errors;
  return [
    ...errors,
    ...columnsErrors(version.additionalPrinterColumns ?? [], `${field}.additionalPrinterColumns`),
  ];
}

function versionListErrors(
  given: readonly DraftDefinitionVersion[] | undefined,
  shared: SharedParts,
): FieldError[] {
  const versions = given ?? [];
  const shown =
    given === undefined ? null : versions.map((version) => printableVersion(version, shared));
  const errors: FieldError[] = [];
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    errors.push(invalid('spec.versions', shown, 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage === true).length !== 1) {
    const why = 'must have exactly one version marked as storage version';
    errors.push(invalid('spec.versions', shown, why));
  }
  return errors;
}

/** A version as Go prints it; what all versions share is not in it. */
function printableVersion(version: DraftDefinitionVersion, shared: SharedParts): unknown {
  const schema = shared.schema ? undefined : version.schema?.openAPIV3Schema;
  const columns = shared.columns ? undefined : version.additionalPrinterColumns;
  const { scale, status } = (shared.subresources ? undefined : version.subresources) ?? {};
  return {
    Name: version.name ?? '',
    Served: version.served ?? false,
    Storage: version.storage ?? false,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: schema === undefined ? null : { OpenAPIV3Schema: printableSchema(schema) },
    Subresources:
      scale === undefined && status === undefined
        ? null
        : {
            Status: status === undefined ? null : {},
            Scale:
              scale === undefined
                ? null
                : {
                    SpecReplicasPath: scale.specReplicasPath ?? '',
                    StatusReplicasPath: scale.statusReplicasPath ?? '',
                    LabelSelectorPath: scale.labelSelectorPath ?? null,
                  },
          },
    AdditionalPrinterColumns:
      columns?.map((column) => ({
        Name: column.name ?? '',
        Type: column.type ?? '',
        Format: column.format ?? '',
        Description: column.description ?? '',
        Priority: column.priority ?? 0,
        JSONPath: column.jsonPath ?? '',
      })) ?? null,
    SelectableFields:
      version.selectableFields?.map(({ jsonPath = '' }) => ({ JSONPath: jsonPath })) ?? null,
  };
}

/** The versions that objects may be stored in: never fewer than there are in the store. */
export function storedVersionErrors(
  stored: readonly string[] | null,
  versions: readonly DraftDefinitionVersion[],
): FieldError[] {
  const field = 'status.storedVersions';
  if (stored === null || stored.length === 0) {
    return [invalid(field, stored, 'must have at least one stored version')];
  }
  const errors = versions
    .filter(({ name = '', storage }) => storage === true && !stored.includes(name))
    .map(({ name }) => invalid(field, stored, `must have the storage version ${name}`));
  stored.forEach((name, i) => {
    if (versions.some((version) => version.name === name)) return;
    const why =
      `missing from spec.versions; ${name} was previously a storage version, and must remain in ` +
      'spec.versions until a storage migration ensures no data remains persisted in ' +
      `${name} and removes ${name} from status.storedVersions`;
    errors.push(invalid(`${field}[${i}]`, name, why));
  });
  return errors;
}

/** Groups of Kubernetes itself need its approval. */
export function approvalErrors(
  group: string,
  metadata: Readonly<Record<string, unknown>>,
): FieldError[] {
  if (!PROTECTED_GROUP.test(group)) return [];
  const annotations = (metadata['annotations'] ?? {}) as Readonly<Record<string, string>>;
  const field = `metadata.annotations[${APPROVED}]`;
  const approval = annotations[APPROVED] ?? '';
  if (approval === '') {
    const why =
      `protected groups must have approval annotation "${APPROVED}", ` +
      'see https://github.com/kubernetes/enhancements/pull/1111';
    return [required(field, why)];
  }
  if (approval.startsWith('unapproved') || /^https?:\/\/[^/]+/.test(approval)) return [];
  const why =
    `protected groups must have approval annotation "${APPROVED}" with either a URL or a reason ` +
    'starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111';
  return [invalid(field, approval, why)];
}
