/** Validation of a pod's claims on devices: a name, and either a claim or a template for one. */
import type { FieldError } from '../../field-error';
import { duplicate, invalid, required } from '../../field-error';
import { dnsLabelErrors, dnsSubdomainErrors } from '../fields/field-validation';
import type { DraftPodSpec } from './pod-spec-draft';

type Claims = NonNullable<DraftPodSpec['resourceClaims']>;

export function resourceClaimsErrors(claims: Claims, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  claims.forEach((claim, index) => {
    const field = `${path}[${index}]`;
    const { name = '', resourceClaimName: direct, resourceClaimTemplateName: template } = claim;
    const shown = {
      Name: name,
      ResourceClaimName: direct ?? null,
      ResourceClaimTemplateName: template ?? null,
    };
    if (name === '') errors.push(required(`${field}.name`));
    else if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    else errors.push(...dnsLabelErrors(name, `${field}.name`));
    names.add(name);
    if (direct !== undefined && template !== undefined) {
      const why =
        'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
      errors.push(invalid(field, shown, why));
    }
    if (direct === undefined && template === undefined) {
      const why = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
      errors.push(invalid(field, shown, why));
    }
    if (direct !== undefined) {
      errors.push(...dnsSubdomainErrors(direct, `${field}.resourceClaimName`));
    }
    if (template !== undefined) {
      errors.push(...dnsSubdomainErrors(template, `${field}.resourceClaimTemplateName`));
    }
  });
  return errors;
}
