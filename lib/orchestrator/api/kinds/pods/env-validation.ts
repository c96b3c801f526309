/** Validation of a container's environment: variables, their sources, and whole maps of them. */
import type { FieldError } from '../../field-error';
import { invalid, required } from '../../field-error';
import { isConfigMapKey, isDns1123Subdomain, isEnvVarName } from '../../name-formats';
import { dnsLabelErrors, invalidFor } from '../fields/field-validation';
import { noBackstepErrors } from '../volumes/file-paths';
import { ENV_FIELDS, fieldRefErrors, resourceFieldRefErrors } from './downward-api';
import type { DraftEnvFrom, DraftEnvVar, DraftKeyRef } from './pod-spec-draft';

type Source = NonNullable<DraftEnvVar['valueFrom']>;

export function envErrors(variables: readonly DraftEnvVar[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  variables.forEach((variable, index) => {
    const field = `${path}[${index}]`;
    const { name = '' } = variable;
    if (name === '') errors.push(required(`${field}.name`));
    else errors.push(...invalidFor(`${field}.name`, name, isEnvVarName(name)));
    errors.push(...sourceErrors(variable, `${field}.valueFrom`));
  });
  return errors;
}

export function envFromErrors(sources: readonly DraftEnvFrom[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  sources.forEach(({ prefix, configMapRef, secretRef }, index) => {
    const field = `${path}[${index}]`;
    if (prefix) errors.push(...invalidFor(`${field}.prefix`, prefix, isEnvVarName(prefix)));
    if (configMapRef) errors.push(...objectNameErrors(configMapRef, `${field}.configMapRef.name`));
    if (secretRef) errors.push(...objectNameErrors(secretRef, `${field}.secretRef.name`));
    if (!configMapRef && !secretRef) {
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef && secretRef) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
  });
  return errors;
}

function sourceErrors(variable: DraftEnvVar, path: string): FieldError[] {
  const source = variable.valueFrom;
  if (source === undefined || source === null) return [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  const errors: FieldError[] = [];
  if (fieldRef) errors.push(...fieldRefErrors(fieldRef, ENV_FIELDS, `${path}.fieldRef`));
  if (resourceFieldRef) {
    errors.push(...resourceFieldRefErrors(resourceFieldRef, `${path}.resourceFieldRef`, false));
  }
  if (configMapKeyRef) errors.push(...keyRefErrors(configMapKeyRef, `${path}.configMapKeyRef`));
  if (secretKeyRef) errors.push(...keyRefErrors(secretKeyRef, `${path}.secretKeyRef`));
  if (fileKeyRef) errors.push(...fileKeyErrors(fileKeyRef, `${path}.fileKeyRef`));
  const given = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef];
  const count = given.filter((one) => one !== undefined && one !== null).length;
  if (count === 0) {
    const known =
      '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalid(path, '', `must specify one of: ${known}`));
  } else if (variable.value) {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (count > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

function keyRefErrors({ name = '', key = '' }: DraftKeyRef, path: string): FieldError[] {
  const errors = invalidFor(`${path}.name`, name, isDns1123Subdomain(name));
  if (key === '') errors.push(required(`${path}.key`));
  else errors.push(...invalidFor(`${path}.key`, key, isConfigMapKey(key)));
  return errors;
}

function fileKeyErrors(ref: NonNullable<Source['fileKeyRef']>, path: string): FieldError[] {
  const { key = '', volumeName = '', path: file = '' } = ref;
  const errors: FieldError[] = [];
  if (key === '') errors.push(required(`${path}.key`));
  else errors.push(...invalidFor(`${path}.key`, key, isEnvVarName(key)));
  if (volumeName === '') errors.push(required(`${path}.volumeName`));
  else errors.push(...dnsLabelErrors(volumeName, `${path}.volumeName`));
  if (file === '') errors.push(required(`${path}.path`));
  else errors.push(...noBackstepErrors(file, `${path}.path`));
  return errors;
}

/** A name that must be given; a trailing dash is taken as the end of a prefix. */
function objectNameErrors({ name = '' }: { readonly name?: string }, path: string): FieldError[] {
  if (name === '') return [required(path)];
  const asPrefix = name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
  return invalidFor(path, name, isDns1123Subdomain(asPrefix));
}
