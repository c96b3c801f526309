/**
 * A simulation as JSON. Fields are only ever added; `code`s stay. It holds nothing of the real
 * machine or its clock, so that the same input and seed give the same bytes.
 */
import type { SimulationOutcome } from '../simulation/outcome';
import type { SimulationPlan } from '../simulation/plan';

export const SCHEMA_VERSION = 1;

export function simulationJson(outcome: SimulationOutcome, plan: SimulationPlan): object {
  const { appliedAt, milestones, nodes, virtualMs, ...rest } = outcome;
  return {
    schemaVersion: SCHEMA_VERSION,
    ok: outcome.ok,
    seed: rest.seed,
    source: {
      kind: plan.manifests.kind,
      from: plan.manifests.from,
      objects: plan.manifests.objects.length,
    },
    cluster: {
      nodes: nodes.map(({ name, zone, cpu = '4', memory = '16Gi' }) => ({
        name,
        zone,
        cpu,
        memory,
      })),
    },
    applied: rest.applied,
    assumed: rest.assumed,
    virtualMs,
    events: rest.events,
    quiet: rest.quiet,
    timeline: milestones.map(({ at, who, what, detail }) => ({
      atMs: at - appliedAt,
      object: who,
      what,
      detail,
    })),
    workloads: rest.workloads.map(({ availableAtMs, lowestAvailable, fix, ...workload }) => ({
      ...workload,
      availableAtMs: availableAtMs ?? null,
      lowestAvailable: lowestAvailable ?? null,
      fix: fix ?? null,
    })),
    traffic: rest.traffic,
    ...(rest.trafficNote === undefined ? {} : { trafficNote: rest.trafficNote }),
    findings: rest.findings,
  };
}

export const errorJson = (code: string, message: string, exitCode: number): object => ({
  schemaVersion: SCHEMA_VERSION,
  ok: false,
  error: { code, message, exitCode },
});
