/**
 * What can be said about any workload that is a whole of its own: shared by
 * {@link MicroserviceStackProps} and {@link StatefulDatabaseProps}.
 */
import type { HardeningProps } from '../parts/hardening';
import type { HealthProbeProps } from '../parts/health-probes';
import type { PlacementProps } from '../parts/placement';
import type { ResourceProfile, ResourceProps } from '../parts/resource-profile';
import type { PodCount } from '../parts/rolling-update';

/** What a workload runs with, who may evict its pods, and how its objects are labelled. */
export interface StackProps
  extends ResourceProps, HealthProbeProps, PlacementProps, HardeningProps {
  /**
   * Namespace of every object.
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * Requests and limits to start from; the amounts given one by one go before it.
   * @default ResourceProfile.SERVICE
   */
  readonly resources?: ResourceProfile;
  /**
   * Command to run instead of the image's entry point.
   * @default - the image's
   */
  readonly command?: string[];
  /**
   * Arguments of the command.
   * @default - the image's
   */
  readonly args?: string[];
  /**
   * Whether a NetworkPolicy isolates the pods.
   * @default true
   */
  readonly networkIsolation?: boolean;
  /**
   * Pods that an eviction may take at once.
   * @default 1 - unless `budgetMinAvailable` is given
   */
  readonly budgetMaxUnavailable?: PodCount;
  /**
   * Pods that an eviction must leave, instead of `budgetMaxUnavailable`.
   * @default - none
   */
  readonly budgetMinAvailable?: PodCount;
  /**
   * When the image is pulled: `Always`, `IfNotPresent` or `Never`.
   * @default 'Always' - so that every node checks that it may have the image
   */
  readonly imagePullPolicy?: string;
  /**
   * The larger whole (`app.kubernetes.io/part-of`).
   * @default - none
   */
  readonly partOf?: string;
  /**
   * Further labels of every object and pod.
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };
}
