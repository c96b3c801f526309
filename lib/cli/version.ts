/** Versions that the CLI names. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KUBERNETES_VERSION } from '../server/documents/non-resource';

/** `1.36` */
export const KUBERNETES_MINOR = `${KUBERNETES_VERSION.major}.${KUBERNETES_VERSION.minor}`;

/** The package's version, from the package.json nearest above: two folders in the source, three built. */
export function packageVersion(): string {
  for (const up of ['../..', '../../..']) {
    try {
      const text = readFileSync(join(__dirname, up, 'package.json'), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      // One folder further up, then.
    }
  }
  return 'unknown';
}
