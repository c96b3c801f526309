/**
 * One service as it should run in production: a Deployment that replaces its pods without losing a
 * request, spread over nodes and zones, scaled by use, guarded against drains and isolated, and the
 * Service under which others find it.
 */
import { Duration } from 'cdk8s';
import type { Deployment, IServiceAccount, NetworkPolicy, ServiceAccount } from 'cdk8s-plus-27';
import { ConfigMap, Service } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { refuseDuplicates } from '../manifest/duplicate-objects';
import { Manifest } from '../manifest/manifest';
import { ObjectGroup } from '../manifest/object-group';
import { Autoscaler } from '../parts/autoscaler';
import { ConfigChecksum } from '../parts/config-checksum';
import { DisruptionBudget } from '../parts/disruption-budget';
import { EdgeService } from '../parts/edge-service';
import { GracefulDrain } from '../parts/graceful-drain';
import { Hardening } from '../parts/hardening';
import { LabelledDeployment } from '../parts/labelled-workloads';
import type { LabelProps, Labels } from '../parts/labels';
import { objectLabels, selectorLabels } from '../parts/labels';
import { NetworkIsolation } from '../parts/network-isolation';
import type { NetworkEndpoint } from '../parts/network-peer';
import { NetworkPeer } from '../parts/network-peer';
import { placePods } from '../parts/placement';
import { ResourceProfile } from '../parts/resource-profile';
import { RollingUpdate } from '../parts/rolling-update';
import { ownServiceAccount } from '../parts/service-account';
import { parseImage } from '../refusals/image-reference';
import { refuseLatestImages } from '../refusals/image-validation';
import { tryParseSeconds } from '../refusals/time-span';
import { checkMicroservice } from './microservice-check';
import { containerPorts, microserviceContainer } from './microservice-container';
import type { MicroserviceStackProps } from './microservice-stack-props';

/** A server that other constructs of this package can connect to. */
export interface Connectable extends NetworkEndpoint {
  /** Lets a peer connect; from the first one on, nobody else may. */
  acceptFrom(...peers: NetworkPeer[]): void;
}

/**
 * A service with everything it needs in production.
 *
 * @example
 * new MicroserviceStack(chart, 'user-service', { image: 'shop/user-service:1.0.0' });
 */
export class MicroserviceStack extends ObjectGroup implements Connectable {
  /** Name of every object of the stack; also the service's DNS name. */
  readonly name: string;
  /** Namespace of every object of the stack, if it is known. */
  readonly namespace?: string;
  /** Port on which the pods listen. */
  readonly port: number;
  /** Port of the Service. */
  readonly servicePort: number;
  /** Labels that select the pods. They never change. */
  readonly selectorLabels: Labels;
  /** The Deployment. */
  readonly deployment: Deployment;
  /** The Service. */
  readonly service: Service;
  /** The HorizontalPodAutoscaler, unless autoscaling is off. */
  readonly autoscaler?: Autoscaler;
  /** The PodDisruptionBudget. */
  readonly budget: DisruptionBudget;
  /** The NetworkPolicies: one, unless network isolation is off. */
  readonly networkPolicies: NetworkPolicy[];
  /** The ConfigMap of this service, if it has configuration of its own. */
  readonly config?: ConfigMap;
  /** The account the pods act as. */
  readonly serviceAccount: IServiceAccount;

  private readonly isolation?: NetworkIsolation;
  private readonly labels: Labels;
  private readonly versionedLabels: Labels;

  constructor(scope: Construct, id: string, props: MicroserviceStackProps) {
    super(scope, id);
    this.name = props.name ?? id;
    checkMicroservice(this, this.name, props);
    const labelProps = labelPropsOf(this.name, props);
    this.labels = objectLabels(labelProps);
    const version = parseImage(props.image).tag;
    this.versionedLabels = objectLabels({ ...labelProps, version });
    this.selectorLabels = selectorLabels(labelProps);
    this.port = props.port ?? 8080;
    this.servicePort = props.servicePort ?? 80;
    this.serviceAccount = props.serviceAccount ?? this.ownAccount(props);
    this.config = this.ownConfig(props);
    this.deployment = this.makeDeployment(props);
    this.namespace = this.deployment.metadata.namespace;
    this.node.defaultChild = this.deployment;
    this.service = this.makeService(props);
    this.autoscaler = this.makeAutoscaler(props);
    this.budget = this.makeBudget(props);
    this.isolation = this.makeIsolation(props);
    this.networkPolicies = this.isolation ? [this.isolation] : [];
    refuseLatestImages(this.deployment);
    refuseDuplicates(this);
  }

  /** Lets a peer connect; from the first one on, nobody else may. */
  acceptFrom(...peers: NetworkPeer[]): void {
    this.isolation?.acceptFrom(...peers);
  }

  /**
   * Lets this service connect to another one, on both sides. From the first call on it may connect
   * to nobody else but DNS, and the other accepts nobody else.
   */
  connectTo(...servers: Connectable[]): void {
    for (const server of servers) {
      this.isolation?.connectTo(NetworkPeer.workload(server, this.namespace));
      server.acceptFrom(NetworkPeer.workload(this, server.namespace));
    }
  }

  private metadata(props: MicroserviceStackProps, name = this.name) {
    return { name, namespace: props.namespace, labels: { ...this.labels } };
  }

  private ownAccount(props: MicroserviceStackProps): ServiceAccount {
    return ownServiceAccount(this, this.metadata(props));
  }

  private ownConfig(props: MicroserviceStackProps): ConfigMap | undefined {
    if (props.config === undefined) return undefined;
    const metadata = this.metadata(props, `${this.name}-config`);
    const config = new ConfigMap(this, 'Config', { metadata, data: { ...props.config } });
    // cdk8s-plus drops the data of a ConfigMap whose values are all empty.
    const binaryData = () =>
      Object.keys(config.binaryData).length > 0 ? config.binaryData : undefined;
    Manifest.of(config).write(() => ({ data: config.data, binaryData: binaryData() }));
    return config;
  }

  private makeDeployment(props: MicroserviceStackProps): Deployment {
    const configMaps = [...(this.config ? [this.config] : []), ...(props.configMaps ?? [])];
    const profile = (props.resources ?? ResourceProfile.SERVICE).with(props);
    const container = microserviceContainer(this, this.name, configMaps, profile, props);
    const fixed = props.autoscaling === false;
    const deployment = new LabelledDeployment(this, 'Deployment', this.selectorLabels, {
      metadata: { ...this.metadata(props), labels: { ...this.versionedLabels } },
      podMetadata: {
        labels: { ...this.versionedLabels },
        annotations: { ...props.podAnnotations },
      },
      replicas: fixed ? (props.replicas ?? 3) : undefined,
      strategy: RollingUpdate.strategy(props),
      minReady: seconds(props.minReady ?? '0s'),
      progressDeadline: seconds(props.progressDeadline ?? '10m'),
      terminationGracePeriod: seconds(props.terminationGracePeriod ?? '30s'),
      serviceAccount: this.serviceAccount,
      automountServiceAccountToken: props.mountToken ?? false,
      containers: [container],
    });
    this.completeDeployment(deployment, profile, configMaps, props);
    return deployment;
  }

  /** Adds what cdk8s-plus cannot express. */
  private completeDeployment(
    deployment: Deployment,
    profile: ResourceProfile,
    configMaps: ConfigMap[],
    props: MicroserviceStackProps,
  ): void {
    const keyed = Object.values(props.configEnv ?? {}).map(({ configMap }) => configMap);
    profile.applyTo(deployment, this.name);
    ConfigChecksum.applyTo(deployment, [...new Set([...configMaps, ...keyed])]);
    GracefulDrain.applyTo(deployment, this.name, tryParseSeconds(props.drain ?? '5s') ?? 0);
    Hardening.applyTo(deployment, props);
    placePods(deployment, props);
    Manifest.of(deployment).complete((document: { spec: { revisionHistoryLimit?: number } }) => {
      document.spec.revisionHistoryLimit = props.revisionHistoryLimit ?? 10;
    });
  }

  private makeService(props: MicroserviceStackProps): Service {
    if (props.edge) {
      const { deployment: target, port: targetPort, servicePort: port, labels } = this;
      return new EdgeService(this, 'Service', { target, targetPort, port, labels });
    }
    const service = new Service(this, 'Service', {
      metadata: this.metadata(props),
      selector: this.deployment,
      ports: [{ name: 'http', port: this.servicePort, targetPort: this.port }],
    });
    Manifest.of(service);
    return service;
  }

  private makeAutoscaler(props: MicroserviceStackProps): Autoscaler | undefined {
    if (props.autoscaling === false) return undefined;
    return new Autoscaler(this, 'Autoscaler', {
      target: this.deployment,
      name: this.name,
      namespace: props.namespace,
      labels: this.labels,
      minReplicas: props.minReplicas ?? props.replicas ?? 3,
      maxReplicas: props.maxReplicas,
      cpuTarget: props.cpuTarget,
      memoryTarget: props.memoryTarget,
      scaleDownStabilization: props.scaleDownStabilization,
    });
  }

  private makeBudget(props: MicroserviceStackProps): DisruptionBudget {
    return new DisruptionBudget(this, 'Budget', {
      target: this.deployment,
      replicas: props.minReplicas ?? props.replicas ?? 3,
      maxUnavailable: props.budgetMaxUnavailable,
      minAvailable: props.budgetMinAvailable,
      labels: this.labels,
    });
  }

  private makeIsolation(props: MicroserviceStackProps): NetworkIsolation | undefined {
    if (props.networkIsolation === false) return undefined;
    return new NetworkIsolation(this, 'NetworkPolicy', {
      target: this.deployment,
      ports: Object.values(containerPorts(props)),
      acceptFrom: props.acceptFrom ?? (props.edge ? [NetworkPeer.anyone()] : undefined),
      connectTo: props.connectTo,
      labels: this.labels,
    });
  }
}

function labelPropsOf(name: string, props: MicroserviceStackProps): LabelProps {
  const { component, partOf, labels: extra } = props;
  return { name, instance: name, component, partOf, extra };
}

function seconds(span: string): Duration {
  return Duration.seconds(tryParseSeconds(span) ?? 0);
}
