/**
 * `expect(chart).toHaveResource('Deployment', { spec: { replicas: 3 } })`: a manifest has at least
 * these fields, compared with Kubernetes' meaning: '1024Mi' is '1Gi', 80 is '80'.
 */
import type { ManifestSource } from '../manifest-source';
import { manifestsOf } from '../manifest-source';
import type { Manifest } from '../../orchestrator/cluster/apply-objects';
import { differences, type Difference } from '../manifest-match';
import { matcher } from './matcher';

export const toHaveResource = matcher(
  'toHaveResource',
  (source: ManifestSource, kind: string, partial: Manifest = {}) => {
    const all = manifestsOf(source).map(({ manifest }) => manifest);
    const ofKind = all.filter((manifest) => isKind(manifest, kind));
    const compared = ofKind.map((manifest) => ({
      manifest,
      found: differences(manifest, partial),
    }));
    const best = compared.sort((a, b) => a.found.length - b.found.length)[0];
    return {
      pass: best?.found.length === 0,
      expected: `a ${kind} with ${JSON.stringify(partial)}`,
      received: receivedText(all, kind, best),
    };
  },
);

/** `Deployment`, or with its version: `apps/v1/Deployment`. */
function isKind(manifest: Manifest, kind: string): boolean {
  const own = String(manifest['kind']);
  return own === kind || `${String(manifest['apiVersion'])}/${own}` === kind;
}

function receivedText(
  all: readonly Manifest[],
  kind: string,
  best: { manifest: Manifest; found: readonly Difference[] } | undefined,
): string {
  if (best === undefined) {
    const kinds = [...new Set(all.map((manifest) => String(manifest['kind'])))].sort();
    return `no ${kind} among ${all.length} objects (${kinds.join(', ')})`;
  }
  const { name } = (best.manifest['metadata'] ?? {}) as { name?: string };
  if (best.found.length === 0) return `${kind} ${name}`;
  const lines = best.found
    .slice(0, 8)
    .map(({ path, expected, found }) => `    ${path}: expected ${expected}, found ${found}`);
  return `the closest is ${kind} ${name}:\n${lines.join('\n')}`;
}
