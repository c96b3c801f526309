/**
 * The documents' Compose file, nginx and postgres, as constructs: what a line of Compose becomes
 * when it has to survive the loss of a machine.
 */
import type { ChartProps } from 'cdk8s';
import { Chart } from 'cdk8s';
import { Probe } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { MicroserviceStack, StatefulDatabase } from '../../lib';

/** The Compose file, as one chart. */
export class ComposePort extends Chart {
  /** `services.web`: nginx. */
  readonly web: MicroserviceStack;
  /** `services.db`: postgres. */
  readonly db: StatefulDatabase;

  constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    this.db = new StatefulDatabase(this, 'db', {
      // `image: postgres` names no version; Kubernetes would run another one on every node.
      image: 'postgres:16',
      passwordSecret: 'compose-credentials',
      // `POSTGRES_PASSWORD: secret`, as plain as in the Compose file, and called so.
      unsafePlainTextPassword: 'secret',
    });
    this.web = new MicroserviceStack(this, 'web', {
      image: 'nginx:1.29',
      // `ports: ["80:80"]` published a port of one machine; here a load balancer does.
      edge: true,
      port: 80,
      servicePort: 80,
      // nginx serves files, and has no /health or /ready of its own.
      liveness: Probe.fromTcpSocket({ port: 80 }),
      readinessPath: '/',
      readinessDelay: '1s',
      writablePaths: ['/tmp', '/run', '/var/cache/nginx'],
    });
    this.web.connectTo(this.db);
  }
}
