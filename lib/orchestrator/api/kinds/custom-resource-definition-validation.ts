/**
 * Validation of what a CustomResourceDefinition says: names, versions, columns, subresources and
 * conversion. What all versions share is told of the definition as a whole, as the server's
 * internal type has it.
 */
import { deepEqual } from '../deep-equal';
import type { FieldError } from '../field-error';
import { forbidden, invalid, required } from '../field-error';
import { isDns1035Label, isDns1123Subdomain } from '../names';
import type { DraftNames } from './custom-resource-names';
import { definitionNameErrors } from './custom-resource-names';
import { notSupportedInOrder } from './field-validation';
import { printableSchema } from './json-schema-print';
import type { DraftSchema } from './structural-schema';
import { openApiSchemaErrors } from './structural-schema';

export interface DraftColumn {
  readonly name?: string;
  readonly type?: string;
  readonly format?: string;
  readonly jsonPath?: string;
  readonly description?: string;
  readonly priority?: number;
}

export interface DraftSubresources {
  readonly status?: object;
  readonly scale?: {
    readonly specReplicasPath?: string;
    readonly statusReplicasPath?: string;
    readonly labelSelectorPath?: string;
  };
}

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

interface DraftConversion {
  readonly strategy?: string;
  readonly webhook?: {
    readonly clientConfig?: { readonly url?: string; readonly service?: object };
    readonly conversionReviewVersions?: readonly string[];
  };
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

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = [
  'byte',
  'date',
  'date-time',
  'double',
  'float',
  'int32',
  'int64',
  'password',
];
const REVIEW_VERSIONS = ['v1', 'v1beta1'];
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
  errors.push(...versionListErrors(versions, shared));
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
    errors.push(...columnsErrors(first, 'spec.additionalPrinterColumns'));
  }
  return [...errors, ...conversionErrors(spec.conversion ?? {}, 'spec.conversion')];
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
  return [...errors, ...columnsErrors(version, `${field}.additionalPrinterColumns`)];
}

function versionListErrors(
  versions: readonly DraftDefinitionVersion[],
  shared: SharedParts,
): FieldError[] {
  const shown = versions.map((version) => printableVersion(version, shared));
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

function subresourceErrors({ scale }: DraftSubresources, path: string): FieldError[] {
  if (scale === undefined) return [];
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath = '' } = scale;
  const checked = (text: string, field: string, roots: readonly string[], why: string) => {
    const errors = jsonPathErrors(text, `${path}.scale.${field}`);
    if (errors.length > 0 || roots.some((root) => text.startsWith(root))) return errors;
    return [invalid(`${path}.scale.${field}`, text, why)];
  };
  const needed = (text: string, field: string, root: string): FieldError[] =>
    text === ''
      ? [required(`${path}.scale.${field}`)]
      : checked(text, field, [`.${root}.`], `should be a json path under .${root}`);
  const either = 'should be a json path under either .spec or .status';
  return [
    ...needed(specReplicasPath, 'specReplicasPath', 'spec'),
    ...needed(statusReplicasPath, 'statusReplicasPath', 'status'),
    ...(labelSelectorPath === ''
      ? []
      : checked(labelSelectorPath, 'labelSelectorPath', ['.spec.', '.status.'], either)),
  ];
}

const jsonPathErrors = (path: string, field: string): FieldError[] =>
  path.startsWith('.') ? [] : [invalid(field, path, 'must be a simple json path starting with .')];

function columnsErrors(
  { additionalPrinterColumns = [] }: DraftDefinitionVersion,
  path: string,
): FieldError[] {
  return additionalPrinterColumns.flatMap((column, i) => {
    const { name = '', type = '', format = '', jsonPath = '' } = column;
    const field = `${path}[${i}]`;
    const errors = name === '' ? [required(`${field}.name`)] : [];
    const types = `must be one of ${COLUMN_TYPES.join(',')}`;
    if (type === '') errors.push(required(`${field}.type`, types));
    else if (!COLUMN_TYPES.includes(type)) errors.push(invalid(`${field}.type`, type, types));
    if (format !== '' && !COLUMN_FORMATS.includes(format)) {
      const why = `must be one of ${COLUMN_FORMATS.join(',')}`;
      errors.push(invalid(`${field}.format`, format, why));
    }
    if (jsonPath === '') return [...errors, required(`${field}.JSONPath`)];
    return [...errors, ...jsonPathErrors(jsonPath, `${field}.JSONPath`)];
  });
}

function conversionErrors({ strategy = '', webhook }: DraftConversion, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const strategies = ['None', 'Webhook'];
  const reviewField = `${path}.conversionReviewVersions`;
  const versions = webhook?.conversionReviewVersions ?? [];
  if (strategy === '') errors.push(required(`${path}.strategy`));
  else if (!strategies.includes(strategy)) {
    errors.push(notSupportedInOrder(`${path}.strategy`, strategy, strategies));
  }
  const config = webhook?.clientConfig;
  const configField = `${path}.webhookClientConfig`;
  if (strategy !== 'Webhook') {
    const why = 'should not be set when strategy is not set to Webhook';
    if (config !== undefined) errors.push(forbidden(configField, why));
    if (versions.length > 0) errors.push(forbidden(reviewField, why));
    return errors;
  }
  if (config === undefined) {
    errors.push(required(configField, 'required when strategy is set to Webhook'));
  } else if ((config.url === undefined) === (config.service === undefined)) {
    errors.push(required(configField, 'exactly one of url or service is required'));
  }
  if (versions.length === 0) return [...errors, required(reviewField)];
  if (versions.some((version) => REVIEW_VERSIONS.includes(version))) return errors;
  const why = `must include at least one of ${REVIEW_VERSIONS.join(', ')}`;
  return [...errors, invalid(reviewField, versions, why)];
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
