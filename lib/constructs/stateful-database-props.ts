/**
 * Everything that can be said about a {@link StatefulDatabase}. Nothing must be said.
 */
import type { Probe } from 'cdk8s-plus-27';
import type { HardeningProps } from './hardening';
import type { HealthProbeProps } from './health-probes';
import type { NetworkPeer } from './network-peer';
import type { ResourceProfile, ResourceProps } from './resource-profile';
import type { PodCount } from './rolling-update';

/** What a database runs, how much it stores, and who may use it. */
export interface StatefulDatabaseProps extends ResourceProps, HealthProbeProps, HardeningProps {
  /**
   * Image of the container, with a tag other than `latest` or a digest.
   * @default 'postgres:16'
   */
  readonly image?: string;
  /**
   * Name of every object of the database and of the container; also its DNS name.
   * @default - the construct's id
   */
  readonly name?: string;
  /**
   * Namespace of every object of the database.
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * Number of pods, each with a volume and a DNS name of its own. Kubernetes copies no data between
   * them: more than one is for images that replicate by themselves.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Port on which the database listens.
   * @default 5432
   */
  readonly port?: number;
  /**
   * Size of each pod's volume, in bytes.
   * @default '10Gi'
   */
  readonly storage?: string;
  /**
   * Class of the volumes.
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Access mode of the volumes.
   * @default 'ReadWriteOnce'
   */
  readonly accessMode?: string;
  /**
   * Whether volumes are deleted with the StatefulSet or when it is scaled down.
   * @default false - data outlives its pods
   */
  readonly deleteStorage?: boolean;
  /**
   * Where the volume is mounted.
   * @default '/var/lib/postgresql/data'
   */
  readonly dataPath?: string;
  /**
   * Name of the database (`POSTGRES_DB`).
   * @default 'app'
   */
  readonly databaseName?: string;
  /**
   * Name of the database's user (`POSTGRES_USER`).
   * @default 'postgres'
   */
  readonly databaseUser?: string;
  /**
   * Secret that holds the password. It must exist before the pods can start.
   * @default - the name and `-credentials`
   */
  readonly passwordSecret?: string;
  /**
   * Key of the password in its Secret.
   * @default 'password'
   */
  readonly passwordKey?: string;
  /**
   * Environment variable through which the image takes the password.
   * @default 'POSTGRES_PASSWORD'
   */
  readonly passwordVariable?: string;
  /**
   * The password itself, for everybody to read in the code and in the YAML, where it is put into a
   * Secret of the app. For demonstrations.
   * @default - none; the Secret is made elsewhere
   */
  readonly unsafePlainTextPassword?: string;
  /**
   * Further environment variables by name.
   * @default - none
   */
  readonly env?: { readonly [name: string]: string };
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
   * A liveness probe to use instead.
   * @default - `pg_isready`: fails when nothing answers, not while the database starts or recovers
   */
  readonly liveness?: Probe;
  /**
   * A readiness probe to use instead.
   * @default - `pg_isready`: fails unless the database accepts connections
   */
  readonly readiness?: Probe;
  /**
   * A startup probe, for databases that take longer to recover than liveness allows.
   * @default - none
   */
  readonly startup?: Probe;
  /**
   * Requests and limits to start from; the amounts given one by one go before it.
   * @default ResourceProfile.SERVICE
   */
  readonly resources?: ResourceProfile;
  /**
   * Who may connect; it may be added to later.
   * @default - every pod of the namespace
   */
  readonly acceptFrom?: NetworkPeer[];
  /**
   * Whom the database may connect to, besides DNS and its own pods.
   * @default - nobody
   */
  readonly connectTo?: NetworkPeer[];
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
   * By how many pods the fullest zone may exceed the emptiest.
   * @default 1
   */
  readonly zoneMaxSkew?: number;
  /**
   * Whether a pod rather waits than make the spread over zones uneven.
   * @default false
   */
  readonly zoneSpreadRequired?: boolean;
  /**
   * The label of nodes whose values are the zones.
   * @default 'topology.kubernetes.io/zone'
   */
  readonly zoneTopologyKey?: string;
  /**
   * Whether a pod rather waits than share a node with another of its database.
   * @default false
   */
  readonly hostAntiAffinityRequired?: boolean;
  /**
   * Weight of the preference for a node of its own, from 1 to 100.
   * @default 100
   */
  readonly hostAntiAffinityWeight?: number;
  /**
   * Whether pods start one after the other (`OrderedReady`) or all at once (`Parallel`).
   * @default 'OrderedReady'
   */
  readonly podManagementPolicy?: string;
  /**
   * How long a pod has to end before it is killed: time to write everything down.
   * @default '2m'
   */
  readonly terminationGracePeriod?: string;
  /**
   * When the image is pulled: `Always`, `IfNotPresent` or `Never`.
   * @default 'Always' - so that every node checks that it may have the image
   */
  readonly imagePullPolicy?: string;
  /**
   * Directories besides the volume that the container may write to.
   * @default ['/tmp', '/var/run/postgresql']
   */
  readonly writablePaths?: string[];
  /**
   * Role of the database in a larger whole (`app.kubernetes.io/component`).
   * @default 'database'
   */
  readonly component?: string;
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
