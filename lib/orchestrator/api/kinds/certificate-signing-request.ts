/**
 * CertificateSigningRequest (certificates.k8s.io/v1): a request that a signer answers.
 *
 * FIDELITY: of requests and certificates only the PEM block is looked at, not the ASN.1 in it; no
 * signer answers what is approved.
 */
import type { FieldError } from '../field-error';
import { duplicate, invalid, notSupported, required } from '../field-error';
import { isDns1123Label, isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject } from '../object';
import { formatAge } from '../timestamps';
import { approvalPart, statusPart } from './certificates/request-parts';
import { ageCell, kind } from './define';

interface Request {
  readonly spec?: {
    readonly request?: string;
    readonly signerName?: string;
    readonly usages?: readonly string[];
    readonly expirationSeconds?: number;
    readonly username?: string;
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type?: string }[];
    readonly certificate?: string;
  };
}

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const EXPIRATION_SECONDS_MIN = 600;

export const certificateSigningRequestKind = kind({
  apiVersion: 'certificates.k8s.io/v1',
  plural: 'certificatesigningrequests',
  updateOrder: ['whole', 'metadata'],
  prepareForCreate(draft, asker) {
    const { user = '', uid, groups, extra } = asker ?? {};
    const { request, signerName, usages, expirationSeconds } = ((draft as Request).spec ??
      {}) as Readonly<Record<string, unknown>>;
    draft['spec'] = {
      ...(groups?.length ? { groups } : {}),
      ...(extra === undefined ? {} : { extra }),
      ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
      ...(uid === undefined ? {} : { uid }),
      ...{ request, signerName, usages },
      username: user,
    };
    draft['status'] = {};
  },
  prepareForUpdate(draft, old) {
    draft['spec'] = (old as Request).spec;
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, () => []),
    ...specErrors((draft as Request).spec ?? {}),
  ],
  parts: { approval: approvalPart, status: statusPart },
  selectableFields: { 'spec.signerName': (object) => (object as Request).spec?.signerName ?? '' },
  cells(object: KubeObject, context) {
    const { spec = {}, status = {} } = object as Request;
    const seconds = spec.expirationSeconds;
    return [
      object.metadata.name,
      ageCell(object.metadata.creationTimestamp, context),
      spec.signerName || '<none>',
      spec.username ?? '',
      seconds === undefined ? '<none>' : formatAge(seconds * 1000),
      conditionCell(status),
    ];
  },
});

function conditionCell({ conditions = [], certificate }: NonNullable<Request['status']>): string {
  const has = (type: string): boolean => conditions.some((condition) => condition.type === type);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${decision}${has('Failed') ? ',Failed' : ''}${certificate ? ',Issued' : ''}`;
}

function specErrors(spec: NonNullable<Request['spec']>): FieldError[] {
  const { request = '', usages = [], signerName = '', expirationSeconds: seconds } = spec;
  const errors: FieldError[] = [];
  const pem = Buffer.from(request, 'base64').toString();
  if (!/-----BEGIN CERTIFICATE REQUEST-----\s/.test(pem)) {
    const why = 'PEM block type must be CERTIFICATE REQUEST';
    errors.push(invalid('spec.request', request, why));
  }
  if (usages.length === 0) errors.push(required('spec.usages'));
  usages.forEach((usage, i) => {
    if (!USAGES.includes(usage)) errors.push(notSupported(`spec.usages[${i}]`, usage, USAGES));
  });
  usages.forEach((usage, i) => {
    if (usages.indexOf(usage) < i) errors.push(duplicate(`spec.usages[${i}]`, usage));
  });
  if (signerName === LEGACY_SIGNER) {
    const why = 'the legacy signerName is not allowed via this API version';
    errors.push(invalid('spec.signerName', signerName, why));
  } else {
    errors.push(...signerErrors(signerName, 'spec.signerName'));
  }
  if (seconds !== undefined && seconds < EXPIRATION_SECONDS_MIN) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', seconds, why));
  }
  return errors;
}

/** `example.com/signer-name`. */
function signerErrors(signer: string, field: string): FieldError[] {
  if (signer === '') return [required(field)];
  const [domain = '', path = '', ...rest] = signer.split('/');
  if (!signer.includes('/') || rest.length > 0) {
    const why = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(field, signer, why)];
  }
  const labels = domain.split('.');
  const errors = firstBad(labels, isDns1123Label, domain, field);
  if (labels.length < 2) {
    const why = 'should be a domain with at least two segments separated by dots';
    errors.push(invalid(field, domain, why));
  }
  return [...errors, ...firstBad(path.split('.'), isDns1123Subdomain, path, field)];
}

function firstBad(
  labels: readonly string[],
  check: (text: string) => string[],
  shown: string,
  field: string,
): FieldError[] {
  const bad = labels.find((label) => check(label).length > 0);
  if (bad === undefined) return [];
  return check(bad).map((why) =>
    invalid(field, shown, `validating label ${JSON.stringify(bad)}: ${why}`),
  );
}
