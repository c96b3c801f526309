/**
 * A Namespace of one's own with a ResourceQuota, which bounds what all its pods ask for together,
 * and a LimitRange, which gives requests and limits to containers that name none: under a quota the
 * API server refuses pods without them.
 */
import { ApiObject } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { Manifest } from '../manifest/manifest';
import { ObjectGroup } from '../manifest/object-group';
import { nameProblem } from '../refusals/object-name';
import { quantityProblem } from '../refusals/quantity';
import { Refusals } from '../refusals/refusal';
import { ResourceProfile } from './resource-profile';

/** What a namespace allows to all its pods together, and gives to each container by default. */
export interface QuotaNamespaceProps {
  /**
   * Name of the Namespace.
   * @default - the construct's id
   */
  readonly name?: string;
  /**
   * CPU that all pods may ask for, in cores.
   * @default '10'
   */
  readonly cpuRequests?: string;
  /**
   * Memory that all pods may ask for, in bytes.
   * @default '20Gi'
   */
  readonly memoryRequests?: string;
  /**
   * CPU that all pods may be limited to, in cores.
   * @default '20'
   */
  readonly cpuLimits?: string;
  /**
   * Memory that all pods may be limited to, in bytes.
   * @default '40Gi'
   */
  readonly memoryLimits?: string;
  /**
   * Number of volume claims.
   * @default 10
   */
  readonly persistentVolumeClaims?: number;
  /**
   * Requests and limits of containers that name none.
   * @default ResourceProfile.SERVICE
   */
  readonly containerDefaults?: ResourceProfile;
  /**
   * Level of Pod Security that the API server enforces: `privileged`, `baseline` or `restricted`.
   * @default 'restricted'
   */
  readonly podSecurity?: string;
  /**
   * Further labels of the Namespace.
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };
}

/** A Namespace with a ResourceQuota and a LimitRange. */
export class QuotaNamespace extends ObjectGroup {
  /** Name of the Namespace. */
  readonly name: string;
  /** The Namespace. */
  readonly namespace: Namespace;
  /** The ResourceQuota. */
  readonly quota: ApiObject;
  /** The LimitRange. */
  readonly limitRange: ApiObject;

  constructor(scope: Construct, id: string, props: QuotaNamespaceProps = {}) {
    super(scope, id);
    this.name = props.name ?? id;
    const hard = hardLimits(props);
    this.check(hard);
    this.namespace = new Namespace(this, 'Namespace', {
      metadata: { name: this.name, labels: namespaceLabels(props) },
    });
    this.node.defaultChild = this.namespace;
    // A chart puts its own namespace on every object; a Namespace is in none.
    Manifest.of(this.namespace).complete((document: { metadata: { namespace?: string } }) => {
      delete document.metadata.namespace;
    });
    this.quota = this.object('Quota', 'ResourceQuota', { hard });
    this.limitRange = this.object('LimitRange', 'LimitRange', {
      limits: [containerLimits(props.containerDefaults ?? ResourceProfile.SERVICE)],
    });
  }

  private object(id: string, kind: string, spec: object): ApiObject {
    const metadata = { name: this.name, namespace: this.name };
    const object = new ApiObject(this, id, { apiVersion: 'v1', kind, metadata, spec });
    object.addDependency(this.namespace);
    Manifest.of(object);
    return object;
  }

  private check(hard: { [resource: string]: string }): void {
    const refusals = new Refusals(this);
    refusals.note('name', this.name, nameProblem(this.name));
    for (const [resource, amount] of Object.entries(hard)) {
      refusals.note(resource, amount, quantityProblem(amount));
    }
    refusals.throwIfAny();
  }
}

function hardLimits(props: QuotaNamespaceProps): { [resource: string]: string } {
  return {
    'requests.cpu': props.cpuRequests ?? '10',
    'requests.memory': props.memoryRequests ?? '20Gi',
    'limits.cpu': props.cpuLimits ?? '20',
    'limits.memory': props.memoryLimits ?? '40Gi',
    persistentvolumeclaims: String(props.persistentVolumeClaims ?? 10),
  };
}

function namespaceLabels(props: QuotaNamespaceProps): { [key: string]: string } {
  return {
    ...props.labels,
    'pod-security.kubernetes.io/enforce': props.podSecurity ?? 'restricted',
  };
}

function containerLimits(profile: ResourceProfile): object {
  return { type: 'Container', defaultRequest: profile.requests, default: profile.limits };
}
