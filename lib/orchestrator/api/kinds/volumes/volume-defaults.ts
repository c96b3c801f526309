/**
 * Defaulting of a pod's volumes, as core/v1 does it: file modes, token lifetimes, and an emptyDir
 * for a volume that names no source.
 */
import { canonicalQuantity, isQuantity } from '../../quantity';
import { defaultedResources } from '../fields/resource-list';
import { mapSame, withFields } from '../fields/structural-sharing';
import { withDownwardDefaults } from '../pods/downward-api';
import { pullPolicyOf } from '../pods/image-reference';
import type { DraftProjection, DraftVolume } from '../pods/pod-spec-draft';

/** 0644. */
const DEFAULT_MODE = 0o644;
const TOKEN_LIFETIME_SECONDS = 3600;

/** Fields of single sources that are filled in where the source is given. */
const LEGACY_DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  azureDisk: { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
};

export function defaultedVolume(volume: DraftVolume): DraftVolume {
  const { name: _, ...sources } = volume;
  if (Object.values(sources).every((source) => source === undefined || source === null)) {
    return { ...volume, emptyDir: {} };
  }
  const { emptyDir, hostPath, secret, configMap, downwardAPI, projected, ephemeral, image } =
    volume;
  return withFields(withLegacyDefaults(volume), {
    emptyDir:
      emptyDir &&
      withFields(emptyDir, {
        sizeLimit:
          emptyDir.sizeLimit !== undefined && isQuantity(emptyDir.sizeLimit)
            ? canonicalQuantity(emptyDir.sizeLimit)
            : emptyDir.sizeLimit,
      }),
    hostPath: hostPath && withFields(hostPath, { type: hostPath.type ?? '' }),
    secret: secret && withFields(secret, { defaultMode: secret.defaultMode ?? DEFAULT_MODE }),
    configMap:
      configMap && withFields(configMap, { defaultMode: configMap.defaultMode ?? DEFAULT_MODE }),
    downwardAPI:
      downwardAPI &&
      withFields(downwardAPI, {
        defaultMode: downwardAPI.defaultMode ?? DEFAULT_MODE,
        items: mapSame(downwardAPI.items, withDownwardDefaults),
      }),
    projected:
      projected &&
      withFields(projected, {
        defaultMode: projected.defaultMode ?? DEFAULT_MODE,
        sources: mapSame(projected.sources, defaultedProjection),
      }),
    ephemeral: ephemeral && defaultedEphemeral(ephemeral),
    image:
      image &&
      withFields(image, { pullPolicy: image.pullPolicy || pullPolicyOf(image.reference ?? '') }),
  });
}

function defaultedProjection(given: DraftProjection): DraftProjection {
  const source = withoutGatedSources(given);
  const { downwardAPI, serviceAccountToken } = source;
  return withFields(source, {
    downwardAPI:
      downwardAPI &&
      withFields(downwardAPI, { items: mapSame(downwardAPI.items, withDownwardDefaults) }),
    serviceAccountToken:
      serviceAccountToken &&
      withFields(serviceAccountToken, {
        expirationSeconds: serviceAccountToken.expirationSeconds ?? TOKEN_LIFETIME_SECONDS,
      }),
  });
}

/** Sources whose gates are off in 1.36: the server drops them and leaves an empty source. */
function withoutGatedSources(source: DraftProjection): DraftProjection {
  if (!source.clusterTrustBundle && !source.podCertificate) return source;
  const { clusterTrustBundle: _, podCertificate: __, ...rest } = source;
  return rest;
}

function defaultedEphemeral(
  ephemeral: NonNullable<DraftVolume['ephemeral']>,
): NonNullable<DraftVolume['ephemeral']> {
  const template = ephemeral.volumeClaimTemplate;
  if (template === undefined || template === null) return ephemeral;
  const spec = template.spec ?? {};
  return withFields(ephemeral, {
    volumeClaimTemplate: withFields(template, {
      metadata: template.metadata ?? {},
      spec: withFields(spec, {
        resources: spec.resources ? defaultedResources(spec.resources) : {},
        volumeMode: spec.volumeMode ?? 'Filesystem',
      }),
    }),
  });
}

function withLegacyDefaults(volume: DraftVolume): DraftVolume {
  const sources = volume as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  let result = volume;
  for (const name in LEGACY_DEFAULTS) {
    const source = sources[name];
    if (source === undefined || source === null) continue;
    result = { ...result, [name]: { ...LEGACY_DEFAULTS[name], ...source } };
  }
  return result;
}
