/**
 * The documents' design challenge: twenty services behind a gateway, each of three to ten pods,
 * updated two pods ahead and one behind, some with databases of their own.
 */
import type { ChartProps } from 'cdk8s';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { MicroserviceStackProps } from '../../lib';
import { MicroserviceStack, QuotaNamespace, ResourceProfile, StatefulDatabase } from '../../lib';
import type { ServiceNode } from './call-graph';
import { CALL_GRAPH } from './call-graph';

/** What of the challenge may be said differently. */
export interface MicroservicesProps extends ChartProps {
  /**
   * Version of every service's image.
   * @default 'v1.0'
   */
  readonly version?: string;
  /**
   * Whether the chart makes its namespace, with a quota that bounds all services together.
   * @default false
   */
  readonly makeNamespace?: boolean;
  /**
   * What every service is given before what the challenge asks for.
   * @default - nothing
   */
  readonly serviceOptions?: Partial<MicroserviceStackProps>;
}

// What the challenge gives a service's container.
const CHALLENGE_RESOURCES = ResourceProfile.of({
  cpuRequest: '100m',
  memoryRequest: '256Mi',
  cpuLimit: '1000m',
  memoryLimit: '1Gi',
});

/** The twenty services, as one chart. */
export class Microservices extends Chart {
  /** The services by name. */
  readonly services = new Map<string, MicroserviceStack>();
  /** The databases by the name of their service. */
  readonly databases = new Map<string, StatefulDatabase>();

  constructor(scope: Construct, id: string, props: MicroservicesProps = {}) {
    super(scope, id, props);
    if (props.makeNamespace && props.namespace !== undefined) this.bound(props.namespace);
    for (const node of CALL_GRAPH) this.add(node, props);
  }

  /** The one service that the world reaches. */
  get gateway(): MicroserviceStack {
    return this.service('api-gateway');
  }

  /** A service by its name. */
  service(name: string): MicroserviceStack {
    const found = this.services.get(name);
    if (!found) throw new Error(`no service '${name}'; there are ${[...this.services.keys()]}`);
    return found;
  }

  private bound(name: string): void {
    // Twenty services of at most ten pods, two more of each during an update, and the databases.
    new QuotaNamespace(this, 'Namespace', {
      name,
      cpuRequests: '30',
      memoryRequests: '80Gi',
      cpuLimits: '250',
      memoryLimits: '260Gi',
    });
  }

  private add(node: ServiceNode, props: MicroservicesProps): void {
    const database = node.database ? this.addDatabase(node.name) : undefined;
    const { secretEnv, env } = databaseAccess(database);
    const stack = new MicroserviceStack(this, node.name, {
      image: `${node.name}:${props.version ?? 'v1.0'}`,
      edge: node.edge,
      resources: CHALLENGE_RESOURCES,
      maxSurge: 2,
      maxUnavailable: 1,
      partOf: 'microservices',
      connectTo: [],
      secretEnv,
      ...props.serviceOptions,
      env: { ...this.addresses(node), ...env, ...props.serviceOptions?.env },
    });
    stack.connectTo(...node.calls.map((name) => this.service(name)));
    if (database) stack.connectTo(database);
    this.services.set(node.name, stack);
  }

  private addDatabase(service: string): StatefulDatabase {
    const database = new StatefulDatabase(this, service.replace('-service', '-db'), {
      partOf: 'microservices',
      // A demonstration brings its own password; an app of yours names a Secret instead.
      unsafePlainTextPassword: 'demonstration',
    });
    this.databases.set(service, database);
    return database;
  }

  /** Where a service finds those that it calls: by their names, which DNS knows. */
  private addresses(node: ServiceNode): { [variable: string]: string } {
    const addresses = node.calls.map((name) => {
      const { servicePort } = this.service(name);
      const variable = `${name.toUpperCase().replace(/-/g, '_')}_URL`;
      return [variable, `http://${name}${servicePort === 80 ? '' : `:${servicePort}`}`];
    });
    return Object.fromEntries(addresses) as { [variable: string]: string };
  }
}

function databaseAccess(database: StatefulDatabase | undefined) {
  if (!database) return {};
  const { name, port, passwordSecret: secretName, passwordKey: key } = database;
  return {
    env: { DATABASE_URL: `postgresql://postgres@${name}:${port}/app` },
    secretEnv: { DB_PASSWORD: { secretName, key } },
  };
}
