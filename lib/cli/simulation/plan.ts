/** What a simulation was asked to do, parsed and free of doubt. */
import type { Topology } from '../../orchestrator/cluster/nodes';
import type { FaultArgument } from '../arguments/fault-argument';
import type { TrafficArgument } from '../arguments/traffic-argument';
import type { Manifests } from '../source/manifests';

export interface SimulationPlan {
  readonly manifests: Manifests;
  readonly topology: Topology;
  readonly seed: number | string;
  /** Virtual ms to run; until nothing is left to do if absent. */
  readonly forMs: number | undefined;
  readonly faults: readonly FaultArgument[];
  readonly traffic: readonly TrafficArgument[];
  /** Whether what the manifests rely on without bringing it is assumed to be there. */
  readonly assume: boolean;
}
