/** What came of a simulation: all that the outputs print, as plain values. */
import type { LossAdvice, TrafficReport } from '../../orchestrator/traffic';
import type { NodePlan } from '../../orchestrator/cluster/nodes';
import type { Finding } from '../findings';
import type { Origin } from '../source/origins';
import type { Milestone } from './milestones';

export interface WorkloadOutcome extends Origin {
  /** `deployment/web` */
  readonly name: string;
  readonly desired: number;
  readonly available: number;
  /** Virtual ms after the manifests were applied at which all of it was available first. */
  readonly availableAtMs: number | undefined;
  /** The fewest that were available after that. */
  readonly lowestAvailable: number | undefined;
  /** Why it is not available; empty if it is. */
  readonly why: readonly string[];
  readonly fix: string | undefined;
}

export interface TrafficOutcome {
  /** `service/web` */
  readonly to: string;
  readonly rate: string;
  readonly report: TrafficReport;
  readonly advice: readonly LossAdvice[];
}

export interface SimulationOutcome {
  readonly seed: number | string;
  readonly nodes: readonly NodePlan[];
  readonly applied: Readonly<Record<'created' | 'configured' | 'unchanged', number>>;
  /** What was assumed to be there although the manifests do not bring it. */
  readonly assumed: readonly string[];
  /** Virtual ms after the cluster's start at which the manifests were applied. */
  readonly appliedAt: number;
  /** Virtual ms that were simulated from then on. */
  readonly virtualMs: number;
  /** Events of the simulation that happened. */
  readonly events: number;
  /** Whether nothing was left to do in the end. */
  readonly quiet: boolean;
  readonly milestones: readonly Milestone[];
  readonly workloads: readonly WorkloadOutcome[];
  readonly traffic: readonly TrafficOutcome[];
  /** Why there is no traffic although it was asked for. */
  readonly trafficNote: string | undefined;
  readonly findings: readonly Finding[];
  /** Whether every workload is available and no request was lost. */
  readonly ok: boolean;
}
