/**
 * The classic three tiers: a frontend that the world reaches, an API behind it, and a database that
 * only the API reaches. Each may talk to its neighbour and to DNS, and to nobody else.
 */
import type { NetworkPolicy } from 'cdk8s-plus-27';
import { ConfigMap } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { ObjectGroup } from '../manifest/object-group';
import { objectLabels } from '../parts/labels';
import { QuotaNamespace } from '../parts/quota-namespace';
import { ResourceProfile } from '../parts/resource-profile';
import { labelValueProblem, nameProblem } from '../refusals/object-name';
import { Refusals } from '../refusals/refusal';
import { MicroserviceStack } from './microservice-stack';
import { StatefulDatabase } from './stateful-database';
import type { ThreeTierAppProps } from './three-tier-app-props';

/**
 * Frontend, API and database as one app.
 *
 * @example
 * new ThreeTierApp(chart, 'shop', {
 *   apiImage: 'shop/api:1.4.2',
 *   frontendImage: 'shop/frontend:1.4.2',
 * });
 */
export class ThreeTierApp extends ObjectGroup {
  /** The app's own namespace, if it has one. */
  readonly namespace?: QuotaNamespace;
  /** The configuration of the API, `app-config`. */
  readonly config: ConfigMap;
  /** The tier that stores. */
  readonly database: StatefulDatabase;
  /** The tier that computes. */
  readonly api: MicroserviceStack;
  /** The tier that the world sees. */
  readonly frontend: MicroserviceStack;

  private readonly prefix: string;

  constructor(scope: Construct, id: string, props: ThreeTierAppProps) {
    super(scope, id);
    this.prefix = props.namePrefix ?? '';
    this.check(id, props);
    this.namespace = this.makeNamespace(props);
    this.config = this.makeConfig(props);
    this.database = this.makeDatabase(props);
    this.api = this.makeApi(props);
    this.frontend = this.makeFrontend(props);
    this.node.defaultChild = this.frontend.deployment;
    this.api.connectTo(this.database);
    this.frontend.connectTo(this.api);
    if (this.namespace) this.comeAfter(this.namespace);
  }

  /** The NetworkPolicies of all tiers. */
  get networkPolicies(): NetworkPolicy[] {
    return [this.database, this.api, this.frontend].flatMap((tier) => tier.networkPolicies);
  }

  /** The URL of the database, without its password. */
  get databaseUrl(): string {
    const { name, port } = this.database;
    return `postgresql://${this.databaseUser}@${name}:${port}/${this.databaseName}`;
  }

  private databaseUser = 'postgres';
  private databaseName = 'app';

  private check(id: string, props: ThreeTierAppProps): void {
    const refusals = new Refusals(this);
    refusals.note('id', id, labelValueProblem(id));
    if (this.prefix !== '') {
      refusals.note('namePrefix', this.prefix, nameProblem(`${this.prefix}x`, 40));
    }
    for (const prop of ['environment', 'logLevel'] as const) {
      refusals.require(props[prop] !== '', prop, props[prop], 'allowed is a word');
    }
    refusals.throwIfAny();
  }

  private makeNamespace(props: ThreeTierAppProps): QuotaNamespace | undefined {
    if (props.ownNamespace === undefined) return undefined;
    const options = { ...props.namespaceOptions, name: props.ownNamespace };
    return new QuotaNamespace(this, 'Namespace', options);
  }

  private makeConfig(props: ThreeTierAppProps): ConfigMap {
    const name = `${this.prefix}app-config`;
    const partOf = this.node.id;
    const labels = objectLabels({ name: partOf, instance: partOf, partOf });
    return new ConfigMap(this, 'Config', {
      metadata: { name, namespace: props.ownNamespace, labels },
      data: { env: props.environment ?? 'production', 'log.level': props.logLevel ?? 'info' },
    });
  }

  private makeDatabase(props: ThreeTierAppProps): StatefulDatabase {
    const options = props.databaseOptions ?? {};
    this.databaseName = options.databaseName ?? props.databaseName ?? this.databaseName;
    this.databaseUser = options.databaseUser ?? this.databaseUser;
    const database = new StatefulDatabase(this, 'Database', {
      name: `${this.prefix}postgres`,
      namespace: props.ownNamespace,
      image: props.databaseImage,
      replicas: props.databaseReplicas,
      storage: props.databaseStorage,
      storageClass: props.databaseStorageClass,
      databaseName: this.databaseName,
      passwordSecret: props.credentialsSecret ?? `${this.prefix}db-credentials`,
      unsafePlainTextPassword: props.unsafePlainTextPassword,
      partOf: this.node.id,
      ...options,
    });
    const { name, port } = database;
    const url = `postgresql://${this.databaseUser}@${name}:${port}/${this.databaseName}`;
    database.credentials?.addStringData('url', url);
    return database;
  }

  private makeApi(props: ThreeTierAppProps): MicroserviceStack {
    const options = props.apiOptions ?? {};
    const { passwordSecret: secretName, passwordKey: key } = this.database;
    const port = props.apiPort ?? 3000;
    return new MicroserviceStack(this, 'Api', {
      ...this.tier('api', props),
      image: props.apiImage,
      port,
      servicePort: port,
      replicas: props.apiReplicas ?? 3,
      autoscaling: props.apiMaxReplicas !== undefined,
      maxReplicas: props.apiMaxReplicas,
      resources: props.apiResources,
      ...options,
      env: { DATABASE_URL: this.databaseUrl, ...props.apiEnv, ...options.env },
      secretEnv: { DB_PASSWORD: { secretName, key }, ...options.secretEnv },
      configEnv: {
        NODE_ENV: { configMap: this.config, key: 'env' },
        LOG_LEVEL: { configMap: this.config, key: 'log.level' },
        ...options.configEnv,
      },
    });
  }

  private makeFrontend(props: ThreeTierAppProps): MicroserviceStack {
    const options = props.frontendOptions ?? {};
    const port = props.frontendPort ?? 80;
    const apiUrl = `http://${this.api.name}:${this.api.servicePort}`;
    return new MicroserviceStack(this, 'Frontend', {
      ...this.tier('frontend', props),
      image: props.frontendImage,
      port,
      servicePort: port,
      edge: props.edge ?? true,
      replicas: props.frontendReplicas ?? 2,
      autoscaling: props.frontendMaxReplicas !== undefined,
      maxReplicas: props.frontendMaxReplicas,
      resources: props.frontendResources ?? ResourceProfile.FRONTEND,
      ...options,
      env: { API_URL: apiUrl, ...props.frontendEnv, ...options.env },
    });
  }

  private tier(component: string, props: ThreeTierAppProps) {
    const name = this.prefix + component;
    return { name, component, partOf: this.node.id, namespace: props.ownNamespace };
  }

  /** Writes the Namespace before everything that is in it. */
  private comeAfter(namespace: QuotaNamespace): void {
    for (const child of [this.config, this.database, this.api, this.frontend]) {
      child.node.addDependency(namespace);
    }
  }
}
