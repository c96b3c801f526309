/**
 * Pod specs as clients send them: every field may be missing. What decoding has let through has
 * these types, so defaulting and validation read them without further checks of types.
 */
import type { IntOrString } from '../int-or-string';
import type { LabelSelector } from '../label-selector';
import type { StringMap } from '../object';

export type DraftResourceList = Readonly<Record<string, string | number>>;

export interface DraftResources {
  readonly limits?: DraftResourceList;
  readonly requests?: DraftResourceList;
  readonly claims?: readonly { readonly name?: string; readonly request?: string }[];
}

export interface DraftPort {
  readonly name?: string;
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly hostIP?: string;
  readonly protocol?: string;
}

export interface DraftFieldRef {
  readonly apiVersion?: string;
  readonly fieldPath?: string;
}

export interface DraftResourceFieldRef {
  readonly containerName?: string;
  readonly resource?: string;
  readonly divisor?: string | number;
}

export interface DraftKeyRef {
  readonly name?: string;
  readonly key?: string;
  readonly optional?: boolean;
}

export interface DraftEnvVar {
  readonly name?: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: DraftFieldRef;
    readonly resourceFieldRef?: DraftResourceFieldRef;
    readonly configMapKeyRef?: DraftKeyRef;
    readonly secretKeyRef?: DraftKeyRef;
    readonly fileKeyRef?: {
      readonly volumeName?: string;
      readonly path?: string;
      readonly key?: string;
    };
  };
}

export interface DraftEnvFrom {
  readonly prefix?: string;
  readonly configMapRef?: { readonly name?: string };
  readonly secretRef?: { readonly name?: string };
}

export interface DraftHandler {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: {
    readonly path?: string;
    readonly port?: IntOrString;
    readonly host?: string;
    readonly scheme?: string;
    readonly httpHeaders?: readonly { readonly name?: string; readonly value?: string }[];
  };
  readonly tcpSocket?: { readonly port?: IntOrString; readonly host?: string };
  readonly grpc?: { readonly port?: number; readonly service?: string };
  readonly sleep?: { readonly seconds?: number };
}

export interface DraftProbe extends DraftHandler {
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
}

export interface DraftLifecycle {
  readonly postStart?: DraftHandler;
  readonly preStop?: DraftHandler;
  readonly stopSignal?: string;
}

export interface DraftVolumeMount {
  readonly name?: string;
  readonly mountPath?: string;
  readonly subPath?: string;
  readonly subPathExpr?: string;
  readonly mountPropagation?: string;
  readonly readOnly?: boolean;
  readonly recursiveReadOnly?: string;
}

export interface DraftProfile {
  readonly type?: string;
  readonly localhostProfile?: string;
}

export interface DraftSecurityContext {
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly privileged?: boolean;
  readonly seLinuxOptions?: Readonly<Record<string, string>>;
  readonly windowsOptions?: Readonly<Record<string, unknown>>;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly procMount?: string;
  readonly seccompProfile?: DraftProfile;
  readonly appArmorProfile?: DraftProfile;
}

export interface DraftContainer {
  readonly name?: string;
  readonly image?: string;
  readonly imagePullPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly ports?: readonly DraftPort[];
  readonly env?: readonly DraftEnvVar[];
  readonly envFrom?: readonly DraftEnvFrom[];
  readonly resources?: DraftResources;
  readonly resizePolicy?: readonly {
    readonly resourceName?: string;
    readonly restartPolicy?: string;
  }[];
  readonly restartPolicy?: string;
  readonly restartPolicyRules?: readonly {
    readonly action?: string;
    readonly exitCodes?: { readonly operator?: string; readonly values?: readonly number[] };
  }[];
  readonly volumeMounts?: readonly DraftVolumeMount[];
  readonly volumeDevices?: readonly { readonly name?: string; readonly devicePath?: string }[];
  readonly livenessProbe?: DraftProbe;
  readonly readinessProbe?: DraftProbe;
  readonly startupProbe?: DraftProbe;
  readonly lifecycle?: DraftLifecycle;
  readonly terminationMessagePath?: string;
  readonly terminationMessagePolicy?: string;
  readonly securityContext?: DraftSecurityContext;
  /** Ephemeral containers only. */
  readonly targetContainerName?: string;
}

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

export interface DraftToleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

export interface DraftNodeRequirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

export interface DraftNodeTerm {
  readonly matchExpressions?: readonly DraftNodeRequirement[];
  readonly matchFields?: readonly DraftNodeRequirement[];
}

export interface DraftPodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly topologyKey?: string;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

export interface DraftPodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly DraftPodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight?: number;
    readonly podAffinityTerm?: DraftPodAffinityTerm;
  }[];
}

export interface DraftNodeAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: {
    readonly nodeSelectorTerms?: readonly DraftNodeTerm[];
  };
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight?: number;
    readonly preference?: DraftNodeTerm;
  }[];
}

export interface DraftAffinity {
  readonly nodeAffinity?: DraftNodeAffinity;
  readonly podAffinity?: DraftPodAffinity;
  readonly podAntiAffinity?: DraftPodAffinity;
}

export interface DraftSpreadConstraint {
  readonly maxSkew?: number;
  readonly topologyKey?: string;
  readonly whenUnsatisfiable?: string;
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
  readonly matchLabelKeys?: readonly string[];
}

export interface DraftPodSecurityContext {
  readonly fsGroup?: number;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly supplementalGroups?: readonly number[];
  readonly supplementalGroupsPolicy?: string;
  readonly fsGroupChangePolicy?: string;
  readonly seLinuxOptions?: Readonly<Record<string, string>>;
  readonly seLinuxChangePolicy?: string;
  readonly seccompProfile?: DraftProfile;
  readonly appArmorProfile?: DraftProfile;
  readonly sysctls?: readonly { readonly name?: string; readonly value?: string }[];
  readonly windowsOptions?: Readonly<Record<string, unknown>>;
}

export interface DraftPodSpec {
  readonly containers?: readonly DraftContainer[];
  readonly initContainers?: readonly DraftContainer[];
  readonly ephemeralContainers?: readonly DraftContainer[];
  readonly volumes?: readonly DraftVolume[];
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly activeDeadlineSeconds?: number;
  readonly dnsPolicy?: string;
  readonly dnsConfig?: {
    readonly nameservers?: readonly string[];
    readonly searches?: readonly string[];
    readonly options?: readonly { readonly name?: string; readonly value?: string }[];
  };
  readonly nodeSelector?: StringMap;
  readonly serviceAccountName?: string;
  readonly serviceAccount?: string;
  readonly nodeName?: string;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostUsers?: boolean;
  readonly shareProcessNamespace?: boolean;
  readonly securityContext?: DraftPodSecurityContext;
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly hostname?: string;
  readonly hostnameOverride?: string;
  readonly subdomain?: string;
  readonly setHostnameAsFQDN?: boolean;
  readonly affinity?: DraftAffinity;
  readonly schedulerName?: string;
  readonly tolerations?: readonly DraftToleration[];
  readonly hostAliases?: readonly {
    readonly ip?: string;
    readonly hostnames?: readonly string[];
  }[];
  readonly priorityClassName?: string;
  readonly priority?: number;
  readonly preemptionPolicy?: string;
  readonly readinessGates?: readonly { readonly conditionType?: string }[];
  readonly runtimeClassName?: string;
  readonly enableServiceLinks?: boolean;
  readonly overhead?: DraftResourceList;
  readonly topologySpreadConstraints?: readonly DraftSpreadConstraint[];
  readonly os?: { readonly name?: string };
  readonly schedulingGates?: readonly { readonly name?: string }[];
  readonly resourceClaims?: readonly {
    readonly name?: string;
    readonly resourceClaimName?: string;
    readonly resourceClaimTemplateName?: string;
  }[];
  readonly resources?: DraftResources;
}

export interface DraftTemplateMeta {
  readonly name?: string;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly finalizers?: readonly string[];
}

export interface DraftPodTemplate {
  readonly metadata?: DraftTemplateMeta;
  readonly spec?: DraftPodSpec;
}

/** The containers of every sort with their paths: init, regular, then ephemeral ones. */
export function containersWithPaths(
  spec: DraftPodSpec,
  path: string,
): { container: DraftContainer; path: string }[] {
  const found: { container: DraftContainer; path: string }[] = [];
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    (spec[list] ?? []).forEach((container, index) => {
      found.push({ container, path: `${path}.${list}[${index}]` });
    });
  }
  return found;
}

/** Init containers with restartPolicy Always run beside the regular ones. */
export const isSidecar = (container: DraftContainer): boolean =>
  container.restartPolicy === 'Always';
