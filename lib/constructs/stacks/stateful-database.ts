/**
 * A database whose pods keep their names and their volumes: a StatefulSet behind a headless Service,
 * started and updated one pod at a time, guarded and isolated. PostgreSQL by default; everything of
 * it is a prop. It does not replicate data between pods: the image must do that.
 */
import { Duration } from 'cdk8s';
import type {
  NetworkPolicy,
  PodManagementPolicy,
  ServiceAccount,
  StatefulSet,
} from 'cdk8s-plus-27';
import { Secret, Service } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { refuseDuplicates } from '../manifest/duplicate-objects';
import { Manifest } from '../manifest/manifest';
import { ObjectGroup } from '../manifest/object-group';
import type { ContainerFields, WorkloadManifest } from '../manifest/workload-manifest';
import { containerOf } from '../manifest/workload-manifest';
import { DisruptionBudget } from '../parts/disruption-budget';
import { Hardening } from '../parts/hardening';
import { LabelledStatefulSet } from '../parts/labelled-workloads';
import type { Labels } from '../parts/labels';
import { objectLabels, selectorLabels } from '../parts/labels';
import { NetworkIsolation } from '../parts/network-isolation';
import { NetworkPeer } from '../parts/network-peer';
import { placePods } from '../parts/placement';
import { ResourceProfile } from '../parts/resource-profile';
import { ownServiceAccount } from '../parts/service-account';
import { parseImage } from '../refusals/image-reference';
import { refuseLatestImages } from '../refusals/image-validation';
import { tryParseSeconds } from '../refusals/time-span';
import type { Connectable } from './microservice-stack';
import { checkDatabase } from './stateful-database-check';
import { databaseContainer } from './stateful-database-container';
import type { StatefulDatabaseProps } from './stateful-database-props';

/**
 * A database with everything it needs in production.
 *
 * @example
 * new StatefulDatabase(chart, 'orders-db', { storage: '50Gi', passwordSecret: 'orders-db' });
 */
export class StatefulDatabase extends ObjectGroup implements Connectable {
  /** Name of every object of the database; also its DNS name. */
  readonly name: string;
  /** Namespace of every object of the database, if it is known. */
  readonly namespace?: string;
  /** Port on which the database listens. */
  readonly port: number;
  /** Labels that select the pods. They never change. */
  readonly selectorLabels: Labels;
  /** Secret that holds the password. */
  readonly passwordSecret: string;
  /** Key of the password in its Secret. */
  readonly passwordKey: string;
  /** The StatefulSet. */
  readonly statefulSet: StatefulSet;
  /** The headless Service, through which each pod has a DNS name. */
  readonly service: Service;
  /** The PodDisruptionBudget. */
  readonly budget: DisruptionBudget;
  /** The NetworkPolicies: one, unless network isolation is off. */
  readonly networkPolicies: NetworkPolicy[];
  /** The Secret, if a plain-text password made it part of the app. */
  readonly credentials?: Secret;
  /** The account the pods act as, without a token. */
  readonly serviceAccount: ServiceAccount;

  private readonly isolation?: NetworkIsolation;
  // Its own pods, until they are among those that are accepted by name.
  private readonly membersToAccept: NetworkPeer[] = [];
  private readonly labels: Labels;

  constructor(scope: Construct, id: string, props: StatefulDatabaseProps = {}) {
    super(scope, id);
    this.name = props.name ?? id;
    this.port = props.port ?? 5432;
    this.passwordSecret = props.passwordSecret ?? `${this.name}-credentials`;
    this.passwordKey = props.passwordKey ?? 'password';
    checkDatabase(this, this, props);
    const { name } = this;
    const { component = 'database', partOf, labels: extra } = props;
    const labelProps = { name, instance: name, component, partOf, extra };
    this.labels = objectLabels(labelProps);
    this.selectorLabels = selectorLabels(labelProps);
    this.serviceAccount = ownServiceAccount(this, this.metadata(props).metadata);
    this.credentials = this.makeCredentials(props);
    this.service = new Service(this, 'Service', {
      ...this.metadata(props),
      clusterIP: 'None',
      ports: [{ name: 'db', port: this.port, targetPort: this.port }],
    });
    Manifest.of(this.service);
    this.statefulSet = this.makeStatefulSet(props);
    this.namespace = this.statefulSet.metadata.namespace;
    this.node.defaultChild = this.statefulSet;
    this.budget = new DisruptionBudget(this, 'Budget', {
      target: this.statefulSet,
      replicas: props.replicas ?? 1,
      maxUnavailable: props.budgetMaxUnavailable,
      minAvailable: props.budgetMinAvailable,
      labels: this.labels,
    });
    this.isolation = this.makeIsolation(props);
    this.networkPolicies = this.isolation ? [this.isolation] : [];
    refuseLatestImages(this.statefulSet);
    refuseDuplicates(this);
  }

  /** Lets a peer connect; from the first one on, nobody else may but the database's own pods. */
  acceptFrom(...peers: NetworkPeer[]): void {
    this.isolation?.acceptFrom(...this.membersToAccept.splice(0), ...peers);
  }

  private metadata(props: StatefulDatabaseProps, name = this.name) {
    return { metadata: { name, namespace: props.namespace, labels: { ...this.labels } } };
  }

  private makeCredentials(props: StatefulDatabaseProps): Secret | undefined {
    const password = props.unsafePlainTextPassword;
    if (password === undefined) return undefined;
    return new Secret(this, 'Credentials', {
      ...this.metadata(props, this.passwordSecret),
      stringData: { [this.passwordKey]: password },
    });
  }

  private makeStatefulSet(props: StatefulDatabaseProps): StatefulSet {
    const profile = (props.resources ?? ResourceProfile.SERVICE).with(props);
    const { user = 10001, group = user } = props;
    const grace = tryParseSeconds(props.terminationGracePeriod ?? '2m') ?? 120;
    const versioned = { ...this.labels, ...versionLabel(props) };
    const statefulSet = new LabelledStatefulSet(this, 'StatefulSet', this.selectorLabels, {
      metadata: { ...this.metadata(props).metadata, labels: versioned },
      podMetadata: { labels: versioned },
      service: this.service,
      replicas: props.replicas ?? 1,
      serviceAccount: this.serviceAccount,
      automountServiceAccountToken: props.mountToken ?? false,
      podManagementPolicy: (props.podManagementPolicy ?? 'OrderedReady') as PodManagementPolicy,
      terminationGracePeriod: Duration.seconds(grace),
      securityContext: { user, group, fsGroup: group, ensureNonRoot: props.runAsNonRoot ?? true },
      containers: [databaseContainer(this, this, profile, props)],
    });
    profile.applyTo(statefulSet, this.name);
    Hardening.applyTo(statefulSet, props);
    placePods(statefulSet, props);
    Manifest.of(statefulSet).complete((document: WorkloadManifest) => {
      completeStorage(document, containerOf(document, this.name), props);
    });
    return statefulSet;
  }

  private makeIsolation(props: StatefulDatabaseProps): NetworkIsolation | undefined {
    if (props.networkIsolation === false) return undefined;
    const members = (props.replicas ?? 1) > 1 ? [NetworkPeer.pods(this.selectorLabels)] : [];
    if (props.acceptFrom === undefined) this.membersToAccept.push(...members);
    return new NetworkIsolation(this, 'NetworkPolicy', {
      target: this.statefulSet,
      ports: [this.port],
      acceptFrom: props.acceptFrom && [...members, ...props.acceptFrom],
      connectTo: [...members, ...(props.connectTo ?? [])],
      labels: this.labels,
    });
  }
}

function imageOf(props: StatefulDatabaseProps): string {
  return props.image ?? 'postgres:16';
}

function versionLabel(props: StatefulDatabaseProps): Labels {
  const version = parseImage(imageOf(props)).tag;
  const labels = objectLabels({ name: '', instance: '', version });
  const key = 'app.kubernetes.io/version';
  return labels[key] === undefined ? {} : { [key]: labels[key] };
}

/** Adds a volume for each pod, which cdk8s-plus for Kubernetes 1.27 cannot express. */
function completeStorage(
  document: WorkloadManifest,
  container: ContainerFields,
  props: StatefulDatabaseProps,
): void {
  const mountPath = props.dataPath ?? '/var/lib/postgresql/data';
  container.volumeMounts = [{ name: 'data', mountPath }, ...(container.volumeMounts ?? [])];
  const fate = props.deleteStorage ? 'Delete' : 'Retain';
  Object.assign(document.spec, {
    persistentVolumeClaimRetentionPolicy: { whenDeleted: fate, whenScaled: fate },
    revisionHistoryLimit: 10,
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: {
          accessModes: [props.accessMode ?? 'ReadWriteOnce'],
          resources: { requests: { storage: props.storage ?? '10Gi' } },
          storageClassName: props.storageClass,
        },
      },
    ],
  });
}
