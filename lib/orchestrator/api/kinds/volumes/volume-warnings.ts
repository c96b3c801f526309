/** Warnings about volumes: drivers that are gone, and keys that would be written to one path. */
import type { DraftVolume } from '../pods/pod-spec-draft';

const GONE: readonly (readonly [keyof DraftVolume, string, string?])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+', 'storageOS'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

export function volumeWarnings(volumes: readonly DraftVolume[], path: string): string[] {
  const gone = volumes.flatMap((volume, index) =>
    GONE.flatMap(([source, why, shownAs]) =>
      volume[source] ? [`${path}[${index}].${shownAs ?? source}: ${why}`] : [],
    ),
  );
  return [...gone, ...volumes.flatMap(overlapWarnings)];
}

interface Target {
  readonly path: string;
  readonly source: string;
}

function overlapWarnings(volume: DraftVolume): string[] {
  const { name = '', configMap, secret, downwardAPI, projected } = volume;
  const warn = (what: string, targets: readonly Target[]): string[] =>
    overlaps(targets).map((text) => `volume "${name}" (${what}): overlapping paths: ${text}`);
  const plain = (items: readonly { readonly path?: string }[] | undefined): Target[] =>
    (items ?? []).map(({ path = '' }) => ({ path, source: '' }));
  return [
    ...warn(`ConfigMap "${configMap?.name ?? ''}"`, plain(configMap?.items)),
    ...warn(`Secret "${secret?.secretName ?? ''}"`, plain(secret?.items)),
    ...warn('DownwardAPI', plain(downwardAPI?.items)),
    ...warn('Projected', (projected?.sources ?? []).flatMap(targetsOf)),
  ];
}

function targetsOf(
  source: NonNullable<NonNullable<DraftVolume['projected']>['sources']>[number],
): Target[] {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  const files = (
    items: readonly { readonly path?: string }[] | undefined,
    from: string,
  ): Target[] => (items ?? []).map(({ path = '' }) => ({ path, source: from }));
  if (configMap) return files(configMap.items, `ConfigMap "${configMap.name ?? ''}"`);
  if (secret) return files(secret.items, `Secret "${secret.name ?? ''}"`);
  if (downwardAPI) return files(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken ? files([serviceAccountToken], 'ServiceAccountToken') : [];
}

/** Pairs of which one is the other or lies in it. */
function overlaps(targets: readonly Target[]): string[] {
  const shown = ({ path, source }: Target): string =>
    source === '' ? `"${path}"` : `"${path}" (${source})`;
  const found: string[] = [];
  const seen: Target[] = [];
  for (const { path, source } of targets) {
    const target = { path: path.replace(/\/+$/, ''), source };
    for (const other of seen) {
      if (target.path === '' || other.path === '') continue;
      const [a, b] = [`${target.path}/`, `${other.path}/`];
      if (a.startsWith(b) || b.startsWith(a)) found.push(`${shown(target)} with ${shown(other)}`);
    }
    seen.push(target);
  }
  return found;
}
