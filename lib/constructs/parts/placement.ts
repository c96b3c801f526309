/**
 * Where the pods of our own workloads go: apart from each other on nodes, and evenly over zones.
 */
import type { Workload } from 'cdk8s-plus-27';
import type { Refusals } from '../refusals/refusal';
import { HostAntiAffinity } from './host-anti-affinity';
import { ZoneSpread } from './zone-spread';

/** Where the pods of a workload go. */
export interface PlacementProps {
  /**
   * By how many pods the fullest zone may exceed the emptiest.
   * @default 1
   */
  readonly zoneMaxSkew?: number;
  /**
   * Whether a pod rather waits than make the spread over zones uneven.
   * @default false
   */
  readonly zoneSpreadRequired?: boolean;
  /**
   * The label of nodes whose values are the zones.
   * @default 'topology.kubernetes.io/zone'
   */
  readonly zoneTopologyKey?: string;
  /**
   * Whether a pod rather waits than share a node with another of its workload.
   * @default false
   */
  readonly hostAntiAffinityRequired?: boolean;
  /**
   * Weight of the preference for a node of its own, from 1 to 100.
   * @default 100
   */
  readonly hostAntiAffinityWeight?: number;
}

/** Spreads and separates the pods of a workload as its props say. */
export function placePods(workload: Workload, props: PlacementProps): void {
  HostAntiAffinity.applyTo(workload, {
    required: props.hostAntiAffinityRequired,
    weight: props.hostAntiAffinityWeight,
  });
  ZoneSpread.applyTo(workload, {
    maxSkew: props.zoneMaxSkew,
    required: props.zoneSpreadRequired,
    topologyKey: props.zoneTopologyKey,
  });
}

/** Notes what the API server would refuse of it. */
export function checkPlacement(refusals: Refusals, props: PlacementProps): void {
  const { zoneMaxSkew: skew = 1, hostAntiAffinityWeight: weight = 100 } = props;
  const even = Number.isInteger(skew) && skew >= 1;
  refusals.require(even, 'zoneMaxSkew', skew, 'allowed is a whole number from 1');
  const weighty = Number.isInteger(weight) && weight >= 1 && weight <= 100;
  refusals.require(
    weighty,
    'hostAntiAffinityWeight',
    weight,
    'allowed is a whole number from 1 to 100',
  );
}
