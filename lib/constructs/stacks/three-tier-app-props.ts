/**
 * Everything that can be said about a {@link ThreeTierApp}. Only the images of its own two tiers
 * must be said; what is said of a tier as a whole goes before what is said of it flatly.
 */
import type { QuotaNamespaceProps } from '../parts/quota-namespace';
import type { ResourceProfile } from '../parts/resource-profile';
import type { MicroserviceStackProps } from './microservice-stack-props';
import type { StatefulDatabaseProps } from './stateful-database-props';

/** What the three tiers run. */
export interface ThreeTierAppProps {
  /** Image of the API, with a tag other than `latest` or a digest. */
  readonly apiImage: string;
  /** Image of the frontend, with a tag other than `latest` or a digest. */
  readonly frontendImage: string;
  /**
   * Image of the database, with a tag other than `latest` or a digest.
   * @default 'postgres:16'
   */
  readonly databaseImage?: string;
  /**
   * Start of the names of all objects, to have the app twice in a namespace.
   * @default - none: the tiers are called `frontend`, `api` and `postgres`
   */
  readonly namePrefix?: string;
  /**
   * Namespace to make for the app, with a quota.
   * @default - no Namespace is made; the objects go to the chart's
   */
  readonly ownNamespace?: string;
  /**
   * What the app's own namespace allows.
   * @default - see {@link QuotaNamespaceProps}
   */
  readonly namespaceOptions?: Omit<QuotaNamespaceProps, 'name'>;
  /**
   * Pods of the API; with an autoscaler, the fewest of them.
   * @default 3
   */
  readonly apiReplicas?: number;
  /**
   * Most pods of the API, which an autoscaler then chooses.
   * @default - no autoscaler
   */
  readonly apiMaxReplicas?: number;
  /**
   * Port of the API, in its pods and of its Service.
   * @default 3000
   */
  readonly apiPort?: number;
  /**
   * Requests and limits of the API.
   * @default ResourceProfile.SERVICE
   */
  readonly apiResources?: ResourceProfile;
  /**
   * Further environment variables of the API.
   * @default - none
   */
  readonly apiEnv?: { readonly [name: string]: string };
  /**
   * Pods of the frontend; with an autoscaler, the fewest of them.
   * @default 2
   */
  readonly frontendReplicas?: number;
  /**
   * Most pods of the frontend, which an autoscaler then chooses.
   * @default - no autoscaler
   */
  readonly frontendMaxReplicas?: number;
  /**
   * Port of the frontend, in its pods and of its load balancer.
   * @default 80
   */
  readonly frontendPort?: number;
  /**
   * Requests and limits of the frontend.
   * @default ResourceProfile.FRONTEND
   */
  readonly frontendResources?: ResourceProfile;
  /**
   * Further environment variables of the frontend.
   * @default - none
   */
  readonly frontendEnv?: { readonly [name: string]: string };
  /**
   * Whether the world reaches the frontend, through a LoadBalancer.
   * @default true
   */
  readonly edge?: boolean;
  /**
   * Pods of the database.
   * @default 1
   */
  readonly databaseReplicas?: number;
  /**
   * Size of the database's volume, in bytes.
   * @default '10Gi'
   */
  readonly databaseStorage?: string;
  /**
   * Class of the database's volume.
   * @default - the cluster's default class
   */
  readonly databaseStorageClass?: string;
  /**
   * Name of the database.
   * @default 'app'
   */
  readonly databaseName?: string;
  /**
   * Secret that holds the database's password. It must exist before pods can start.
   * @default 'db-credentials'
   */
  readonly credentialsSecret?: string;
  /**
   * The database's password itself, for everybody to read in the code and in the YAML, where it is
   * put into a Secret of the app together with the database's URL. For demonstrations.
   * @default - none; the Secret is made elsewhere
   */
  readonly unsafePlainTextPassword?: string;
  /**
   * The environment (`env` of `app-config`, `NODE_ENV` of the API).
   * @default 'production'
   */
  readonly environment?: string;
  /**
   * How much is logged (`log.level` of `app-config`, `LOG_LEVEL` of the API).
   * @default 'info'
   */
  readonly logLevel?: string;
  /**
   * Everything else about the API.
   * @default - none
   */
  readonly apiOptions?: Partial<MicroserviceStackProps>;
  /**
   * Everything else about the frontend.
   * @default - none
   */
  readonly frontendOptions?: Partial<MicroserviceStackProps>;
  /**
   * Everything else about the database.
   * @default - none
   */
  readonly databaseOptions?: StatefulDatabaseProps;
}
