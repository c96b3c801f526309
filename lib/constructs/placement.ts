/**
 * Where the pods of our own workloads go: apart from each other on nodes, and evenly over zones.
 */
import type { Workload } from 'cdk8s-plus-27';
import { HostAntiAffinity } from './host-anti-affinity';
import type { Refusals } from './refusal';
import { ZoneSpread } from './zone-spread';

/** The props of our workloads that say where their pods go. */
export interface PlacementProps {
  readonly zoneMaxSkew?: number;
  readonly zoneSpreadRequired?: boolean;
  readonly zoneTopologyKey?: string;
  readonly hostAntiAffinityRequired?: boolean;
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
