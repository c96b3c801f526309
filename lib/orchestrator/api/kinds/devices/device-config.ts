/** Selectors of devices, and what their drivers are told: shared by device classes and claims. */
import type { FieldError } from '../../field-error';
import { required } from '../../field-error';
import { dnsSubdomainErrors } from '../fields/field-validation';

export interface Selector {
  readonly cel?: { readonly expression?: string };
}

export interface DeviceConfig {
  readonly opaque?: { readonly driver?: string; readonly parameters?: unknown };
}

export const selectorErrors = (selectors: readonly Selector[], path: string): FieldError[] =>
  selectors.flatMap(({ cel }, i) => (cel ? [] : [required(`${path}[${i}].cel`)]));

export function configErrors({ opaque }: DeviceConfig, path: string): FieldError[] {
  if (!opaque) return [required(`${path}.opaque`)];
  const { driver = '', parameters } = opaque;
  const errors =
    driver === ''
      ? [required(`${path}.opaque.driver`)]
      : dnsSubdomainErrors(driver, `${path}.opaque.driver`);
  const isGiven = parameters !== undefined && parameters !== null;
  return isGiven ? errors : [...errors, required(`${path}.opaque.parameters`)];
}
