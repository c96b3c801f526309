/** Services and the EndpointSlices that name the pods behind them. */
import type { KubeObject, ObjectMeta, StringMap } from '../object';

type Namespaced = ObjectMeta & { readonly namespace: string };

export interface ServicePort {
  readonly name?: string;
  readonly protocol: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}

export interface Service extends KubeObject {
  readonly kind: 'Service';
  readonly metadata: Namespaced;
  readonly spec: {
    readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
    readonly selector?: StringMap;
    readonly ports?: readonly ServicePort[];
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalIPs?: readonly string[];
    readonly externalName?: string;
    readonly sessionAffinity?: 'None' | 'ClientIP';
    readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
    readonly internalTrafficPolicy?: 'Cluster' | 'Local';
    readonly externalTrafficPolicy?: 'Cluster' | 'Local';
    readonly publishNotReadyAddresses?: boolean;
    readonly trafficDistribution?: string;
    readonly ipFamilies?: readonly string[];
    readonly healthCheckNodePort?: number;
  };
  readonly status: {
    readonly loadBalancer?: { readonly ingress?: readonly { ip?: string; hostname?: string }[] };
  };
}

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: {
    readonly ready?: boolean;
    readonly serving?: boolean;
    readonly terminating?: boolean;
  };
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly targetRef?: { kind: string; namespace: string; name: string; uid: string };
  readonly hints?: {
    readonly forZones?: readonly { name: string }[];
    readonly forNodes?: readonly { name: string }[];
  };
}

export interface EndpointPort {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

export interface EndpointSlice extends KubeObject {
  readonly kind: 'EndpointSlice';
  readonly metadata: Namespaced;
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  /** Null while there is none, as a real server stores it. */
  readonly endpoints: readonly Endpoint[] | null;
  readonly ports?: readonly EndpointPort[];
}

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
