/**
 * Validation of how custom resources are served: columns of tables, subresources, and conversion
 * between versions.
 */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, required } from '../../field-error';
import { notSupportedInOrder } from '../fields/field-validation';

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

export interface DraftConversion {
  readonly strategy?: string;
  readonly webhook?: {
    readonly clientConfig?: { readonly url?: string; readonly service?: object };
    readonly conversionReviewVersions?: readonly string[];
  };
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

export function subresourceErrors({ scale }: DraftSubresources, path: string): FieldError[] {
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

export function columnsErrors(columns: readonly DraftColumn[], path: string): FieldError[] {
  return columns.flatMap((column, i) => {
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

export function conversionErrors(
  { strategy = '', webhook }: DraftConversion,
  path: string,
): FieldError[] {
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
