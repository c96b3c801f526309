/** Volumes of a pod as clients send them. */
import type { DraftFieldRef, DraftResourceFieldRef } from '../pods/field-ref-draft';

export interface DraftKeyToPath {
  readonly key?: string;
  readonly path?: string;
  readonly mode?: number;
}

export interface DraftDownwardFile {
  readonly path?: string;
  readonly fieldRef?: DraftFieldRef;
  readonly resourceFieldRef?: DraftResourceFieldRef;
  readonly mode?: number;
}

export interface DraftProjection {
  readonly secret?: { readonly name?: string; readonly items?: readonly DraftKeyToPath[] };
  readonly configMap?: { readonly name?: string; readonly items?: readonly DraftKeyToPath[] };
  readonly downwardAPI?: { readonly items?: readonly DraftDownwardFile[] };
  readonly serviceAccountToken?: {
    readonly audience?: string;
    readonly expirationSeconds?: number;
    readonly path?: string;
  };
  readonly clusterTrustBundle?: Readonly<Record<string, unknown>>;
  readonly podCertificate?: Readonly<Record<string, unknown>>;
}

/** The sources whose fields only a few rules read: cloud disks and network file systems. */
export type DraftLegacySource = Readonly<Record<string, unknown>>;

export interface DraftVolume {
  readonly name?: string;
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string | number };
  readonly hostPath?: { readonly path?: string; readonly type?: string };
  readonly secret?: {
    readonly secretName?: string;
    readonly defaultMode?: number;
    readonly items?: readonly DraftKeyToPath[];
    readonly optional?: boolean;
  };
  readonly configMap?: {
    readonly name?: string;
    readonly defaultMode?: number;
    readonly items?: readonly DraftKeyToPath[];
    readonly optional?: boolean;
  };
  readonly downwardAPI?: {
    readonly defaultMode?: number;
    readonly items?: readonly DraftDownwardFile[];
  };
  readonly projected?: {
    readonly defaultMode?: number;
    readonly sources?: readonly DraftProjection[];
  };
  readonly persistentVolumeClaim?: { readonly claimName?: string; readonly readOnly?: boolean };
  readonly ephemeral?: { readonly volumeClaimTemplate?: DraftClaimTemplate };
  readonly csi?: {
    readonly driver?: string;
    readonly nodePublishSecretRef?: { readonly name?: string };
  };
  readonly nfs?: { readonly server?: string; readonly path?: string };
  readonly image?: { readonly reference?: string; readonly pullPolicy?: string };
  readonly gitRepo?: DraftLegacySource;
  readonly gcePersistentDisk?: DraftLegacySource;
  readonly awsElasticBlockStore?: DraftLegacySource;
  readonly iscsi?: DraftLegacySource;
  readonly glusterfs?: DraftLegacySource;
  readonly flocker?: DraftLegacySource;
  readonly rbd?: DraftLegacySource;
  readonly cinder?: DraftLegacySource;
  readonly cephfs?: DraftLegacySource;
  readonly quobyte?: DraftLegacySource;
  readonly fc?: DraftLegacySource;
  readonly flexVolume?: DraftLegacySource;
  readonly azureFile?: DraftLegacySource;
  readonly vsphereVolume?: DraftLegacySource;
  readonly photonPersistentDisk?: DraftLegacySource;
  readonly portworxVolume?: DraftLegacySource;
  readonly azureDisk?: DraftLegacySource;
  readonly storageos?: DraftLegacySource;
  readonly scaleIO?: DraftLegacySource;
}

export interface DraftClaimTemplate {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}
