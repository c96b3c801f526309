/** Services as clients send them: every field may be missing. */
import type { StringMap } from '../../object';

export interface DraftServicePort {
  readonly name?: string;
  readonly protocol?: string;
  readonly appProtocol?: string;
  readonly port?: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}

export interface DraftServiceSpec {
  readonly type?: string;
  readonly ports?: readonly DraftServicePort[];
  readonly selector?: StringMap;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly externalIPs?: readonly string[];
  readonly externalName?: string;
  readonly externalTrafficPolicy?: string;
  readonly internalTrafficPolicy?: string;
  readonly healthCheckNodePort?: number;
  readonly ipFamilies?: readonly string[];
  readonly ipFamilyPolicy?: string;
  readonly allocateLoadBalancerNodePorts?: boolean;
  readonly loadBalancerClass?: string;
  readonly loadBalancerIP?: string;
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly sessionAffinity?: string;
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
  readonly trafficDistribution?: string;
}

export interface DraftLoadBalancerIngress {
  readonly ip?: string;
  readonly hostname?: string;
  readonly ipMode?: string;
}

export interface DraftService {
  readonly spec?: DraftServiceSpec;
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly DraftLoadBalancerIngress[] };
  };
}

export const specOf = (service: unknown): DraftServiceSpec => (service as DraftService).spec ?? {};

/** Whether anything outside the cluster may reach it. */
export const isExternallyAccessible = (spec: DraftServiceSpec): boolean =>
  spec.type === 'LoadBalancer' ||
  spec.type === 'NodePort' ||
  (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);

export const needsHealthCheckPort = (spec: DraftServiceSpec): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

export const needsClusterIp = (spec: DraftServiceSpec): boolean => spec.type !== 'ExternalName';

export const needsNodePort = (spec: DraftServiceSpec): boolean =>
  spec.type === 'NodePort' ||
  (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);

export const isHeadless = (spec: DraftServiceSpec): boolean =>
  spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';
