/** Validation of projected volumes: several sources in one directory, whose paths may not meet. */
import type { FieldError } from '../field-error';
import { forbidden, invalid, notSupported, required } from '../field-error';
import { validateLabelSelector } from '../label-selector';
import { isDns1123Subdomain } from '../name-formats';
import { printableSelector } from './field-checks';
import { invalidFor } from './field-validation';
import { localPathErrors } from './file-paths';
import type { DraftKeyToPath, DraftProjection } from './pod-spec-draft';
import { downwardFileErrors, keyToPathErrors } from './volume-validation';

const TOKEN_SECONDS_MIN = 600;
const TOKEN_SECONDS_MAX = 2 ** 32;
const CERTIFICATE_SECONDS_MIN = 3600;
const CERTIFICATE_SECONDS_MAX = 7_862_400;
const KUBERNETES_CERTIFICATE_SECONDS_MAX = 86_400;
const KEY_TYPES = ['ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519', 'RSA3072', 'RSA4096'];

/** `field` is the volume's projected source: some errors name it and not the entry. */
export function projectedErrors(sources: readonly DraftProjection[], field: string): FieldError[] {
  const checker = new ProjectionChecker(field);
  sources.forEach((source, index) => checker.check(source, `${field}.sources[${index}]`));
  return checker.errors;
}

class ProjectionChecker {
  readonly errors: FieldError[] = [];
  private readonly paths = new Set<string>();

  constructor(private readonly field: string) {}

  check(source: DraftProjection, path: string): void {
    const { secret, configMap, downwardAPI, serviceAccountToken } = source;
    if (secret) this.checkFiles(secret, `${path}.secret`);
    if (configMap) this.checkFiles(configMap, `${path}.configMap`);
    for (const file of downwardAPI?.items ?? []) {
      this.errors.push(...downwardFileErrors(file, `${path}.downwardAPI`));
      if (file.path) this.claim(file.path, file.path);
    }
    if (serviceAccountToken) this.checkToken(serviceAccountToken, `${path}.serviceAccountToken`);
    if (source.clusterTrustBundle) {
      this.checkBundle(source.clusterTrustBundle, `${path}.clusterTrustBundle`);
    }
    if (source.podCertificate) {
      this.checkCertificate(source.podCertificate, `${path}.podCertificate`);
    }
    const given = Object.values(source).filter((one) => one !== undefined && one !== null);
    if (given.length > 1) {
      this.errors.push(forbidden(path, 'may not specify more than 1 volume type per source'));
    }
  }

  private claim(path: string, shown: unknown): void {
    if (this.paths.has(path)) {
      this.errors.push(invalid(this.field, shown, 'conflicting duplicate paths'));
    }
    this.paths.add(path);
  }

  private checkFiles(
    files: { readonly name?: string; readonly items?: readonly DraftKeyToPath[] },
    path: string,
  ): void {
    const { name = '' } = files;
    if (name === '') this.errors.push(required(`${path}.name`));
    (files.items ?? []).forEach((item, index) => {
      this.errors.push(...keyToPathErrors(item, `${path}.items[${index}]`));
      if (item.path) this.claim(item.path, name);
    });
  }

  private checkToken(
    token: NonNullable<DraftProjection['serviceAccountToken']>,
    path: string,
  ): void {
    const { expirationSeconds: seconds = 0, path: file = '' } = token;
    const field = `${path}.expirationSeconds`;
    if (seconds < TOKEN_SECONDS_MIN) {
      const why = 'may not specify a duration less than 10 minutes';
      this.errors.push(invalid(field, seconds, why));
    }
    if (seconds > TOKEN_SECONDS_MAX) {
      const why = 'may not specify a duration larger than 2^32 seconds';
      this.errors.push(invalid(field, seconds, why));
    }
    if (file === '') this.errors.push(required(`${this.field}.path`));
    else this.errors.push(...localPathErrors(file, `${this.field}.path`));
  }

  private checkBundle(
    bundle: NonNullable<DraftProjection['clusterTrustBundle']>,
    path: string,
  ): void {
    const { name, signerName, labelSelector, path: file = '' } = bundle;
    const { errors } = this;
    if (name !== undefined && signerName !== undefined) {
      errors.push(invalid(path, bundle, 'only one of name and signerName may be used'));
    } else if (name !== undefined) {
      if (name === '') errors.push(required(`${path}.name`, 'must be a valid object name'));
      const plain = name.slice(name.lastIndexOf(':') + 1);
      for (const message of isDns1123Subdomain(plain)) {
        errors.push(
          invalid(`${path}.name`, name, `not a valid clustertrustbundlename: ${message}`),
        );
      }
      if (labelSelector) {
        const why = 'labelSelector must be unset if name is specified';
        errors.push(invalid(`${path}.labelSelector`, printableSelector(labelSelector), why));
      }
    } else if (signerName !== undefined) {
      if (signerName === '') {
        errors.push(required(`${path}.signerName`, 'must be a valid signer name'));
      }
      errors.push(...signerNameErrors(signerName, `${path}.signerName`));
      errors.push(...validateLabelSelector(labelSelector, `${path}.labelSelector`));
    } else errors.push(required(path, 'either name or signerName must be specified'));
    if (file === '') errors.push(required(`${path}.path`));
    errors.push(...localPathErrors(file, `${path}.path`));
    this.claim(file, file);
  }

  private checkCertificate(source: Readonly<Record<string, unknown>>, path: string): void {
    const { errors } = this;
    const { signerName = '', keyType = '', maxExpirationSeconds: seconds } = source;
    const signer = String(signerName);
    errors.push(...signerNameErrors(signer, `${path}.signerName`));
    if (!KEY_TYPES.includes(String(keyType))) {
      errors.push(notSupported(`${path}.keyType`, keyType, KEY_TYPES));
    }
    if (typeof seconds === 'number') {
      const max = signer.startsWith('kubernetes.io/')
        ? KUBERNETES_CERTIFICATE_SECONDS_MAX
        : CERTIFICATE_SECONDS_MAX;
      const why = 'if provided, maxExpirationSeconds must be';
      const field = `${path}.maxExpirationSeconds`;
      if (seconds < CERTIFICATE_SECONDS_MIN) {
        errors.push(invalid(field, seconds, `${why} >= ${CERTIFICATE_SECONDS_MIN}`));
      }
      if (seconds > max) errors.push(invalid(field, seconds, `${why} <= ${max}`));
    }
    let count = 0;
    for (const name of ['credentialBundlePath', 'keyPath', 'certificateChainPath']) {
      const file = source[name];
      if (typeof file !== 'string' || file === '') continue;
      count++;
      errors.push(...localPathErrors(file, `${path}.${name}`));
      this.claim(file, file);
    }
    if (count === 0) {
      const why = 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath';
      errors.push(required(path, why));
    }
  }
}

// FIDELITY: of a signer's name only the form domain/path is checked, not the length of its parts.
function signerNameErrors(name: string, field: string): FieldError[] {
  if (name === '') return [required(field)];
  const segments = name.split('/');
  if (segments.length !== 2) {
    const why = 'must be a fully qualified domain and path of the form "example.com/signer-name"';
    return [invalid(field, name, why)];
  }
  return [
    ...invalidFor(field, name, isDns1123Subdomain(segments[0] ?? '')),
    ...invalidFor(field, name, isDns1123Subdomain(segments[1] ?? '')),
  ];
}
