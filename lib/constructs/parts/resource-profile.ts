/**
 * What a container asks of its node (requests) and may use of it (limits). Requests decide where a
 * pod fits and what an autoscaler's percentages mean; the memory limit decides when the kernel
 * kills. The numbers of the presets are those of the documents this package implements.
 */
import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import type { ContainerResources, Workload } from 'cdk8s-plus-27';
import { Manifest } from '../manifest/manifest';
import type { WorkloadManifest } from '../manifest/workload-manifest';
import { containerOf } from '../manifest/workload-manifest';
import { quantityProblem, tryParseQuantity } from '../refusals/quantity';
import type { Refusals } from '../refusals/refusal';

/** Requests and limits of a container, as Kubernetes quantities. */
export interface ResourceProps {
  /**
   * CPU the container is promised, in cores.
   * @default '100m'
   */
  readonly cpuRequest?: string;
  /**
   * Memory the container is promised, in bytes.
   * @default '128Mi'
   */
  readonly memoryRequest?: string;
  /**
   * CPU the container may use, in cores; `'none'` leaves it unlimited.
   * @default '500m'
   */
  readonly cpuLimit?: string;
  /**
   * Memory above which the container is killed, in bytes; `'none'` leaves it unlimited.
   * @default '512Mi'
   */
  readonly memoryLimit?: string;
  /**
   * Space on the node's disk that the container is promised (logs, emptyDir), in bytes.
   * @default '100Mi'
   */
  readonly ephemeralStorageRequest?: string;
  /**
   * Space on the node's disk above which the pod is evicted, in bytes; `'none'` leaves it unlimited.
   * @default '1Gi'
   */
  readonly ephemeralStorageLimit?: string;
}

const AMOUNTS = [
  'cpuRequest',
  'memoryRequest',
  'cpuLimit',
  'memoryLimit',
  'ephemeralStorageRequest',
  'ephemeralStorageLimit',
] as const;

interface Amounts {
  [resource: string]: string;
}

/** Requests and limits of a container. */
export class ResourceProfile {
  /** A service: requests 100m and 128Mi, limits 500m and 512Mi. */
  static readonly SERVICE = new ResourceProfile({});

  /** A frontend that serves files and forwards calls: requests 50m and 64Mi, limits 200m and 256Mi. */
  static readonly FRONTEND = new ResourceProfile({
    cpuRequest: '50m',
    memoryRequest: '64Mi',
    cpuLimit: '200m',
    memoryLimit: '256Mi',
  });

  /** A profile of one's own; what is left out is as in {@link ResourceProfile.SERVICE}. */
  static of(props: ResourceProps): ResourceProfile {
    return new ResourceProfile(props);
  }

  /** Requests by resource name, as they are written. */
  readonly requests: Readonly<Amounts>;
  /** Limits by resource name, as they are written. */
  readonly limits: Readonly<Amounts>;

  private constructor(props: ResourceProps) {
    this.requests = {
      cpu: props.cpuRequest ?? '100m',
      memory: props.memoryRequest ?? '128Mi',
      'ephemeral-storage': props.ephemeralStorageRequest ?? '100Mi',
    };
    this.limits = withoutNone({
      cpu: props.cpuLimit ?? '500m',
      memory: props.memoryLimit ?? '512Mi',
      'ephemeral-storage': props.ephemeralStorageLimit ?? '1Gi',
    });
  }

  /** This profile with some of its amounts changed. */
  with(props: ResourceProps): ResourceProfile {
    if (AMOUNTS.every((amount) => props[amount] === undefined)) return this;
    return new ResourceProfile({
      cpuRequest: props.cpuRequest ?? this.requests.cpu,
      memoryRequest: props.memoryRequest ?? this.requests.memory,
      cpuLimit: props.cpuLimit ?? this.limits.cpu ?? 'none',
      memoryLimit: props.memoryLimit ?? this.limits.memory ?? 'none',
      ephemeralStorageRequest: props.ephemeralStorageRequest ?? this.requests['ephemeral-storage'],
      ephemeralStorageLimit:
        props.ephemeralStorageLimit ?? this.limits['ephemeral-storage'] ?? 'none',
    });
  }

  /** Gives a container of any Deployment or StatefulSet these requests and limits. */
  applyTo(workload: Workload, containerName: string): void {
    Manifest.of(workload).complete((document: WorkloadManifest) => {
      containerOf(document, containerName).resources = this.toManifest();
    });
  }

  /** The `resources` field of a container. */
  toManifest(): { requests: Amounts; limits: Amounts } {
    return { requests: { ...this.requests }, limits: { ...this.limits } };
  }

  /**
   * The same for a container of cdk8s-plus, which counts memory in whole mebibytes and cannot hold
   * any other amount; those are left out here and written all the same.
   */
  toContainerResources(): ContainerResources {
    const disk = 'ephemeral-storage';
    return {
      cpu: { request: toCpu(this.requests.cpu), limit: toCpu(this.limits.cpu) },
      memory: {
        request: toSize(this.requests.memory, 2 ** 20),
        limit: toSize(this.limits.memory, 2 ** 20),
      },
      ephemeralStorage: {
        request: toSize(this.requests[disk], 2 ** 30),
        limit: toSize(this.limits[disk], 2 ** 30),
      },
    };
  }

  /** Notes every amount that is no quantity and every request above its limit. */
  check(refusals: Refusals): void {
    for (const [resource, request] of Object.entries(this.requests)) {
      const problem = quantityProblem(request);
      refusals.note(propOf(resource, 'Request'), request, problem);
      const limit = this.limits[resource];
      if (limit === undefined) continue;
      const limitProblem = quantityProblem(limit);
      refusals.note(propOf(resource, 'Limit'), limit, limitProblem);
      if (problem !== undefined || limitProblem !== undefined) continue;
      const fits = (tryParseQuantity(request) ?? 0) <= (tryParseQuantity(limit) ?? 0);
      const allowed = `allowed is at most the limit, '${limit}'; lower the request or raise the limit`;
      refusals.require(fits, propOf(resource, 'Request'), request, allowed);
    }
  }
}

function propOf(resource: string, bound: 'Request' | 'Limit'): string {
  return (resource === 'ephemeral-storage' ? 'ephemeralStorage' : resource) + bound;
}

function withoutNone(amounts: Amounts): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== 'none'));
}

function toCpu(amount: string | undefined): Cpu | undefined {
  const cores = amount === undefined ? undefined : tryParseQuantity(amount);
  return cores === undefined ? undefined : Cpu.millis(Math.round(cores * 1000));
}

function toSize(amount: string | undefined, unit: number): Size | undefined {
  const bytes = amount === undefined ? undefined : tryParseQuantity(amount);
  return bytes === undefined || bytes % unit !== 0 ? undefined : Size.mebibytes(bytes / 2 ** 20);
}
