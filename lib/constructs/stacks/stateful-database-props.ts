/**
 * Everything that can be said about a {@link StatefulDatabase}. Nothing must be said.
 */
import type { Probe } from 'cdk8s-plus-27';
import type { NetworkPeer } from '../parts/network-peer';
import type { StackProps } from './stack-props';

/** What a database runs, how much it stores, and who may use it. */
export interface StatefulDatabaseProps extends StackProps {
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
   * Directories besides the volume that the container may write to.
   * @default ['/tmp', '/var/run/postgresql']
   */
  readonly writablePaths?: string[];
  /**
   * Role of the database in a larger whole (`app.kubernetes.io/component`).
   * @default 'database'
   */
  readonly component?: string;
}
