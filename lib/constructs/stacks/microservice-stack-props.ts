/**
 * Everything that can be said about a {@link MicroserviceStack}. Only the image must be said.
 */
import type { ConfigMap, IServiceAccount, Probe } from 'cdk8s-plus-27';
import type { AutoscalerBounds } from '../parts/autoscaler';
import type { NetworkPeer } from '../parts/network-peer';
import type { RollingUpdateProps } from '../parts/rolling-update';
import type { StackProps } from './stack-props';

/** One key of a Secret, which need not be part of the app. */
export interface SecretKey {
  /** Name of the Secret. */
  readonly secretName: string;
  /** Key in the Secret. */
  readonly key: string;
}

/** One key of a ConfigMap of the app. */
export interface ConfigKey {
  /** The ConfigMap. */
  readonly configMap: ConfigMap;
  /** Key in the ConfigMap. */
  readonly key: string;
}

/** What a microservice runs, how many of it, and whom it talks to. */
export interface MicroserviceStackProps extends StackProps, RollingUpdateProps, AutoscalerBounds {
  /** Image of the container, with a tag other than `latest` or a digest. */
  readonly image: string;
  /**
   * Name of every object of the stack and of the container; also the service's DNS name.
   * @default - the construct's id
   */
  readonly name?: string;
  /**
   * Number of pods; with an autoscaler, the fewest of them.
   * @default 3
   */
  readonly replicas?: number;
  /**
   * Whether a HorizontalPodAutoscaler sets the number of pods. If so the Deployment names none, so
   * that applying it again does not undo the autoscaler's work; Kubernetes then starts with one pod
   * and has the fewest within seconds.
   * @default true
   */
  readonly autoscaling?: boolean;
  /**
   * Port on which the container listens.
   * @default 8080
   */
  readonly port?: number;
  /**
   * Port of the Service.
   * @default 80
   */
  readonly servicePort?: number;
  /**
   * Whether the world reaches the service, through a LoadBalancer.
   * @default false - a ClusterIP Service
   */
  readonly edge?: boolean;
  /**
   * Further ports on which the container listens, by name, such as `{ metrics: 9090 }`. The Service
   * does not have them; the NetworkPolicy lets them through.
   * @default - none
   */
  readonly extraPorts?: { readonly [name: string]: number };
  /**
   * Port on which health is asked for: the container's own or one of `extraPorts`.
   * @default - the container's port
   */
  readonly probePort?: number;
  /**
   * A liveness probe to use instead of the one by HTTP.
   * @default - GET `livenessPath`
   */
  readonly liveness?: Probe;
  /**
   * A readiness probe to use instead of the one by HTTP.
   * @default - GET `readinessPath`
   */
  readonly readiness?: Probe;
  /**
   * A startup probe, for programs that take longer to start than liveness allows.
   * @default - none
   */
  readonly startup?: Probe;
  /**
   * Environment variables by name. A password or token is refused here: see `secretEnv`.
   * @default - none
   */
  readonly env?: { readonly [name: string]: string };
  /**
   * Environment variables that hold a password or token for everybody to read in the YAML and in
   * the cluster. For demonstrations.
   * @default - none
   */
  readonly unsafePlainTextEnv?: { readonly [name: string]: string };
  /**
   * Environment variables from keys of Secrets.
   * @default - none
   */
  readonly secretEnv?: { readonly [name: string]: SecretKey };
  /**
   * Environment variables from keys of ConfigMaps. Their pods roll when the ConfigMap changes.
   * @default - none
   */
  readonly configEnv?: { readonly [name: string]: ConfigKey };
  /**
   * Configuration of this service: a ConfigMap, all of whose keys become environment variables.
   * The pods roll when it changes.
   * @default - no ConfigMap
   */
  readonly config?: { readonly [key: string]: string };
  /**
   * ConfigMaps shared with others, all of whose keys become environment variables. The pods roll
   * when they change.
   * @default - none
   */
  readonly configMaps?: ConfigMap[];
  /**
   * Who may connect to the service; it may be added to later.
   * @default - every pod of the namespace; anybody, for an edge service
   */
  readonly acceptFrom?: NetworkPeer[];
  /**
   * Whom the service may connect to, besides DNS; it may be added to later.
   * @default - anybody
   */
  readonly connectTo?: NetworkPeer[];
  /**
   * How long a pod serves on after it was told to go, before SIGTERM; `'0s'` for not at all.
   * @default '5s'
   */
  readonly drain?: string;
  /**
   * How long a pod has to end, its drain included, before it is killed.
   * @default '30s'
   */
  readonly terminationGracePeriod?: string;
  /**
   * How long a rolling update may make no progress before it counts as failed.
   * @default '10m'
   */
  readonly progressDeadline?: string;
  /**
   * How long a new pod must be ready to count as available.
   * @default '0s'
   */
  readonly minReady?: string;
  /**
   * Old ReplicaSets to keep, for undoing updates.
   * @default 10
   */
  readonly revisionHistoryLimit?: number;
  /**
   * Directories the container may write to, each an empty one for every new pod.
   * @default ['/tmp']
   */
  readonly writablePaths?: string[];
  /**
   * Account the pods act as.
   * @default - one of its own, without a token in the pods
   */
  readonly serviceAccount?: IServiceAccount;
  /**
   * Role of the service in a larger whole (`app.kubernetes.io/component`).
   * @default - none
   */
  readonly component?: string;
  /**
   * Annotations of the pods.
   * @default - none
   */
  readonly podAnnotations?: { readonly [key: string]: string };
}
