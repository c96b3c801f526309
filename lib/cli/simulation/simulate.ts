/** Deploys manifests to a simulated cluster, makes things fail as planned, and says what came of it. */
import { faults } from '../../orchestrator/chaos';
import type { Manifest } from '../../orchestrator/cluster/apply-objects';
import { Cluster } from '../../testing/cluster';
import { DeployError } from '../../testing/deploy-error';
import type { TrafficHandle } from '../../testing/traffic';
import { nearest, UsageError } from '../../testing/usage-error';
import { namespacesOf, standInsFor } from '../../validation/stand-ins';
import { formatFault, type FaultArgument } from '../arguments/fault-argument';
import { refused, usage } from '../cli-error';
import { findingsOf } from '../findings';
import type { Progress } from '../output/progress';
import { Origins } from '../source/origins';
import { Drive } from './drive';
import { milestonesOf } from './milestones';
import type { SimulationOutcome, TrafficOutcome } from './outcome';
import type { SimulationPlan } from './plan';
import { workloadOutcomes } from './workloads';

/** Without --for: how long a cluster may take to come to rest. */
const PATIENCE_MS = 600_000;
/** Without --for and faults: how long traffic is watched. */
const TRAFFIC_MS = 60_000;

export interface Observer {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Tells how many objects were applied. */
  applied(outcome: SimulationOutcome['applied'], assumed: readonly string[]): void;
}

export interface Simulated {
  readonly outcome: SimulationOutcome;
  readonly cluster: Cluster;
}

export async function simulate(plan: SimulationPlan, observer: Observer): Promise<Simulated> {
  const cluster = Cluster.create({ ...plan.topology, seed: plan.seed });
  requireTargets(cluster, plan.faults);
  const appliedAt = cluster.now;
  const objects = plan.manifests.objects.map(({ manifest }): Manifest => manifest);
  const { assumed, namespaces } = plan.assume ? assume(cluster, objects) : NOTHING_ASSUMED;
  const applied = apply(cluster, plan, objects, namespaces);
  requireServices(cluster, plan);
  observer.applied(applied, assumed);
  const { quiet, traffic, trafficNote } = await run(cluster, plan, observer);
  observer.progress.clear();
  const origins = new Origins(plan.manifests.objects);
  const milestones = milestonesOf(cluster.core.trace, appliedAt);
  const workloads = workloadOutcomes(cluster, milestones, origins, appliedAt);
  const lost = traffic.some(({ report }) => report.failed > 0);
  const outcome: SimulationOutcome = {
    seed: plan.seed,
    nodes: cluster.core.nodes,
    applied,
    assumed,
    appliedAt,
    virtualMs: cluster.now - appliedAt,
    events: cluster.core.clock.events,
    quiet,
    milestones,
    workloads,
    traffic,
    trafficNote,
    findings: findingsOf({ cluster, origins, faults: plan.faults }),
    ok: !lost && trafficNote === undefined && workloads.every(({ why }) => why.length === 0),
  };
  return { outcome, cluster };
}

interface Assumptions {
  /** What was made up, as people read it. */
  readonly assumed: readonly string[];
  /** The manifests' own namespaces that had to come before. */
  readonly namespaces: ReadonlySet<Manifest>;
}

const NOTHING_ASSUMED: Assumptions = { assumed: [], namespaces: new Set() };

/** Namespaces, Secrets and ConfigMaps that the manifests rely on, made up. */
function assume(cluster: Cluster, objects: readonly Manifest[]): Assumptions {
  const standIns = standInsFor(objects);
  const namespaces = namespacesOf(standIns, objects) as Manifest[];
  cluster.deploy([...namespaces, ...standIns]);
  const assumed = standIns.map((manifest) => {
    const { name, namespace } = manifest['metadata'] as { name: string; namespace?: string };
    const place = namespace === undefined || namespace === 'default' ? '' : `${namespace}/`;
    return `${String(manifest['kind']).toLowerCase()}/${place}${name}`;
  });
  return { assumed, namespaces: new Set(namespaces) };
}

function apply(
  cluster: Cluster,
  { manifests }: SimulationPlan,
  objects: readonly Manifest[],
  namespaces: ReadonlySet<Manifest>,
): SimulationOutcome['applied'] {
  const applied = { created: 0, configured: 0, unchanged: 0 };
  try {
    for (const { result, manifest } of cluster.deploy(objects)) {
      if (result !== 'refused') applied[namespaces.has(manifest) ? 'created' : result]++;
    }
    return applied;
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    // The same refusals, with the construct or file of each.
    const refusals = error.refusals.map(({ result, origin }) => ({
      result,
      origin: manifests.objects.find(({ manifest }) => manifest === result.manifest) ?? origin,
    }));
    throw refused(new DeployError(refusals).message);
  }
}

async function run(cluster: Cluster, plan: SimulationPlan, observer: Observer) {
  const drive = new Drive(cluster, observer.progress, observer.signal);
  const start = cluster.now;
  for (const fault of plan.faults)
    if (fault.atMs !== undefined) planFault(cluster, fault, fault.atMs);
  try {
    const limit = start + (plan.forMs ?? PATIENCE_MS);
    const settled = await drive.untilSettled(limit);
    const handles = settled ? plan.traffic.map((each) => cluster.traffic(each)) : [];
    for (const fault of plan.faults) if (fault.atMs === undefined) planFault(cluster, fault, 0);
    const quiet = await runOn(cluster, plan, drive, start, settled);
    const wanted = plan.traffic.length > 0 && !settled;
    return {
      quiet,
      traffic: handles.map((handle, i) => trafficOutcome(handle, plan.traffic[i]!.rate)),
      trafficNote: wanted ? 'no requests were sent: not everything became available' : undefined,
    };
  } catch (error) {
    // A fault that begins later finds out then that its target is not there.
    if (error instanceof RangeError || error instanceof UsageError) throw usage(error.message);
    throw error;
  }
}

/** After everything is up: through the faults and until rest, or as long as was asked for. */
async function runOn(
  cluster: Cluster,
  plan: SimulationPlan,
  drive: Drive,
  start: number,
  settled: boolean,
): Promise<boolean> {
  if (plan.forMs !== undefined) {
    await drive.until(start + plan.forMs);
    return cluster.settle({ within: 0 });
  }
  if (plan.faults.length > 0) {
    const ends = plan.faults.map(({ atMs, forMs }) => {
      return (atMs === undefined ? cluster.now : start + atMs) + (forMs ?? 0);
    });
    await drive.until(Math.max(cluster.now, ...ends));
    return drive.untilSettled(cluster.now + PATIENCE_MS);
  }
  if (plan.traffic.length > 0 && settled) await drive.until(cluster.now + TRAFFIC_MS);
  return settled;
}

function planFault(cluster: Cluster, fault: FaultArgument, afterMs: number): void {
  const { forMs } = fault;
  cluster.core.chaos.plan({
    fault: fault.fault,
    target: fault.target,
    afterMs,
    ...(forMs === undefined ? {} : { forMs }),
  });
}

const trafficOutcome = (handle: TrafficHandle, rate: string): TrafficOutcome => ({
  to: handle.target,
  rate,
  report: handle.report(),
  advice: handle.advice(),
});

/** Zones and nodes are known before anything runs; pods are not. */
function requireTargets(cluster: Cluster, planned: readonly FaultArgument[]): void {
  const { nodes } = cluster.core;
  const zones = [...new Set(nodes.map(({ zone }) => zone))];
  for (const fault of planned) {
    const form = faults.find(({ name }) => name === fault.fault)!.target;
    const known = form === 'ZONE' ? zones : form === 'NODE' ? nodes.map(({ name }) => name) : [];
    if (known.length === 0 || known.includes(fault.target)) continue;
    const near = nearest(fault.target, known);
    throw usage(
      `--fail ${fault.fault}=${fault.target}: there is no ${formatFault(fault)}.` +
        (near === undefined ? '' : ` Did you mean '${near}'?`) +
        `\n  The cluster has ${form.toLowerCase()}s: ${known.slice(0, 12).join(', ')}.`,
    );
  }
}

function requireServices(cluster: Cluster, { traffic }: SimulationPlan): void {
  for (const { to } of traffic) {
    const [name = '', namespace] = to.slice('service/'.length).split('/').reverse();
    try {
      cluster.service(name, namespace);
    } catch (error) {
      if (error instanceof UsageError) throw usage(error.message);
      throw error;
    }
  }
}
