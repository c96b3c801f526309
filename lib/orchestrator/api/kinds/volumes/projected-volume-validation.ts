/** Validation of projected volumes: several sources in one directory, whose paths may not meet. */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, required } from '../../field-error';
import type { DraftKeyToPath, DraftProjection } from '../pods/pod-spec-draft';
import { localPathErrors } from './file-paths';
import { downwardFileErrors, keyToPathErrors } from './volume-file-validation';

const TOKEN_SECONDS_MIN = 600;
const TOKEN_SECONDS_MAX = 2 ** 32;

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
}
