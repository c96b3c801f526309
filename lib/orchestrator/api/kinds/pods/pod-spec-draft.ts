/**
 * Pod specs as clients send them: every field may be missing. What decoding has let through has
 * these types, so defaulting and validation read them without further checks of types.
 */
import type { IntOrString } from '../../int-or-string';
import type { StringMap } from '../../object';
import type { DraftVolume } from '../volumes/volume-draft';
import type { DraftFieldRef, DraftResourceFieldRef } from './field-ref-draft';
import type { DraftAffinity, DraftSpreadConstraint, DraftToleration } from './placement-draft';

export type * from './field-ref-draft';
export type * from './placement-draft';
export type * from '../volumes/volume-draft';

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
      readonly optional?: boolean;
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
