/** What a real API server says in discovery of the resources that it was built with. */
import discoveryData from './discovery.json';

export interface DiscoveredResource {
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly singularName?: string;
  /** Of the kind that a subresource takes, if it is not the resource's: `autoscaling` for scales. */
  readonly group?: string;
  readonly version?: string;
}

/** By `apps/v1 deployments`, subresources by `apps/v1 deployments/scale`; in the server's order. */
export const discovery: Readonly<Record<string, DiscoveredResource | undefined>> = discoveryData;
