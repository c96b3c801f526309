/**
 * A Service that the world outside the cluster reaches through a load balancer of the cloud. Where
 * no cloud provides one, its external address stays pending and the rest works.
 */
import type { Workload } from 'cdk8s-plus-27';
import { Service, ServiceType } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { Manifest } from '../manifest/manifest';

/** What an edge service exposes. */
export interface EdgeServiceProps {
  /** The Deployment or StatefulSet that answers. */
  readonly target: Workload;
  /** Port on which the pods listen. */
  readonly targetPort: number;
  /**
   * Port on which the load balancer listens.
   * @default 80
   */
  readonly port?: number;
  /**
   * Name of the object.
   * @default - the target's name
   */
  readonly name?: string;
  /**
   * Ranges of addresses that may connect.
   * @default - everybody
   */
  readonly sourceRanges?: string[];
  /**
   * Labels of the object.
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };
}

/** A Service of type LoadBalancer. */
export class EdgeService extends Service {
  constructor(scope: Construct, id: string, props: EdgeServiceProps) {
    super(scope, id, {
      metadata: {
        name: props.name ?? props.target.name,
        namespace: props.target.metadata.namespace,
        labels: { ...props.labels },
      },
      type: ServiceType.LOAD_BALANCER,
      selector: props.target,
      ports: [{ name: 'http', port: props.port ?? 80, targetPort: props.targetPort }],
      loadBalancerSourceRanges: props.sourceRanges,
    });
    Manifest.of(this);
  }
}
