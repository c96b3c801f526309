/** The claims that a StatefulSet makes for each of its pods, written in the set itself. */
import type { FieldError } from '../../field-error';
import { defaultedResources } from '../fields/resource-list';
import { mapSame, withFields } from '../fields/structural-sharing';
import type { DraftPodTemplate, DraftVolume } from '../pods/pod-spec-draft';
import { claimSizeWarnings, type ClaimResources } from '../volumes/claim-size-warnings';
import { claimSpecErrors } from '../volumes/persistent-volume-claim-validation';

const FIELD = 'spec.volumeClaimTemplates';

export interface DraftClaim {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

type Claims = readonly DraftClaim[] | undefined;

export const defaultedClaims = (claims: Claims): Claims => mapSame(claims, defaultedClaim);

export const claimErrors = (claims: Claims): FieldError[] =>
  (claims ?? []).flatMap(({ spec = {} }, index) =>
    claimSpecErrors(spec, `${FIELD}[${index}].spec`),
  );

/** @param within what the server appends to the field when it is about an update: `.Spec` */
export const claimWarnings = (claims: Claims, within: string): string[] =>
  (claims ?? []).flatMap(({ spec }, index) =>
    claimSizeWarnings(spec?.['resources'] as ClaimResources, `${FIELD}[${index}]${within}`),
  );

/** The template as its pods will be: claims' volumes in, host name and subdomain the set's own. */
export function withClaimVolumes(
  template: DraftPodTemplate,
  claims: readonly DraftClaim[],
): DraftPodTemplate {
  const pod = template.spec ?? {};
  if (claims.length === 0 && !pod.hostname && !pod.subdomain) return template;
  const { hostname: _, subdomain: __, ...rest } = pod;
  if (claims.length === 0) return { ...template, spec: rest };
  const names = new Set(claims.map(({ metadata }) => metadata?.name ?? ''));
  const volumes: DraftVolume[] = [...names].map((name) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }));
  volumes.push(...(pod.volumes ?? []).filter(({ name = '' }) => !names.has(name)));
  return { ...template, spec: { ...rest, volumes } };
}

function defaultedClaim(claim: DraftClaim): DraftClaim {
  const spec = claim.spec ?? {};
  return withFields(claim, {
    apiVersion: claim.apiVersion || 'v1',
    kind: claim.kind || 'PersistentVolumeClaim',
    metadata: claim.metadata ?? {},
    spec: withFields(spec, {
      resources: spec.resources ? defaultedResources(spec.resources) : {},
      volumeMode: spec.volumeMode ?? 'Filesystem',
    }),
    status: withFields(claim.status ?? {}, { phase: claim.status?.phase ?? 'Pending' }),
  });
}
