/**
 * What a container may do besides computing: by default nothing that Pod Security's "restricted"
 * level forbids. cdk8s-plus sets a part of it; capabilities and seccomp are added here.
 */
import type { ContainerSecurityContextProps, Workload } from 'cdk8s-plus-27';
import { Manifest } from '../manifest/manifest';
import type { WorkloadManifest } from '../manifest/workload-manifest';
import type { Refusals } from '../refusals/refusal';

/** What containers may do. */
export interface HardeningProps {
  /**
   * User the container runs as; 0 only with `runAsNonRoot: false`.
   * @default 10001
   */
  readonly user?: number;
  /**
   * Group the container runs as.
   * @default - the number of the user
   */
  readonly group?: number;
  /**
   * Whether the kubelet refuses to run the container as root.
   * @default true
   */
  readonly runAsNonRoot?: boolean;
  /**
   * Whether the container's root file system is read-only.
   * @default true
   */
  readonly readOnlyRootFilesystem?: boolean;
  /**
   * Whether a program may gain rights that its parent has not, as setuid programs do.
   * @default false
   */
  readonly allowPrivilegeEscalation?: boolean;
  /**
   * Capabilities that are taken away.
   * @default ['ALL']
   */
  readonly dropCapabilities?: string[];
  /**
   * Capabilities that are given, such as `NET_BIND_SERVICE`.
   * @default - none
   */
  readonly addCapabilities?: string[];
  /**
   * Which system calls are filtered: `RuntimeDefault` or `Unconfined`.
   * @default 'RuntimeDefault'
   */
  readonly seccompProfile?: string;
  /**
   * Whether the account's token is mounted, for programs that talk to the API server.
   * @default false
   */
  readonly mountToken?: boolean;
  /**
   * Whether a sysctl lets the pod's user listen on ports below 1024. Container runtimes of today
   * allow it anyway; containerd before 2.0 does not.
   * @default false
   */
  readonly lowPorts?: boolean;
}

// One of the sysctls that every kubelet accepts and Pod Security "restricted" allows.
const LOW_PORTS = { name: 'net.ipv4.ip_unprivileged_port_start', value: '0' };

/** What containers may do, by Pod Security "restricted" unless it is said otherwise. */
export class Hardening {
  /** Hardens every container of a Deployment or StatefulSet, also those added later. */
  static applyTo(workload: Workload, props: HardeningProps = {}): void {
    const { dropCapabilities: drop = ['ALL'], addCapabilities: add } = props;
    const profile = { type: props.seccompProfile ?? 'RuntimeDefault' };
    Manifest.of(workload).complete((document: WorkloadManifest) => {
      const pod = document.spec.template.spec;
      pod.securityContext = { seccompProfile: profile, ...pod.securityContext };
      if (props.lowPorts) {
        const existing = (pod.securityContext.sysctls ?? []) as object[];
        pod.securityContext.sysctls = [...existing, LOW_PORTS];
      }
      if (props.runAsNonRoot === false) pod.securityContext.runAsNonRoot = false;
      for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
        const context = container.securityContext ?? {};
        const capabilities = { drop, add, ...context.capabilities };
        container.securityContext = { ...context, capabilities };
      }
    });
  }

  /** The same for a container of cdk8s-plus, as far as it can express it. */
  static toSecurityContext(props: HardeningProps): ContainerSecurityContextProps {
    const user = props.user ?? 10001;
    return {
      user,
      group: props.group ?? user,
      ensureNonRoot: props.runAsNonRoot ?? true,
      readOnlyRootFilesystem: props.readOnlyRootFilesystem ?? true,
      allowPrivilegeEscalation: props.allowPrivilegeEscalation ?? false,
    };
  }

  /** Notes what no kubelet would run. */
  static check(refusals: Refusals, props: HardeningProps): void {
    const { user = 10001, group = user, runAsNonRoot = true } = props;
    const known = Number.isInteger(user) && user >= (runAsNonRoot ? 1 : 0);
    refusals.require(
      known,
      'user',
      user,
      "allowed is the number of a user other than root, 0, unless 'runAsNonRoot' is false",
    );
    const member = Number.isInteger(group) && group >= 0;
    refusals.require(member, 'group', group, 'allowed is the number of a group');
    const { seccompProfile = 'RuntimeDefault' } = props;
    refusals.require(
      ['RuntimeDefault', 'Unconfined'].includes(seccompProfile),
      'seccompProfile',
      seccompProfile,
      'allowed is one of RuntimeDefault, Unconfined',
    );
  }
}
