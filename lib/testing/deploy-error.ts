/** Manifests that the API server refused, each with its words and where it came from. */
import type { AppliedObject } from '../orchestrator/cluster/apply-objects';
import type { SourcedManifest } from './manifest-source';

/** A manifest that was refused. */
export interface Refusal {
  /** What was refused, and why. */
  readonly result: AppliedObject;
  /** The construct or file that it came from. */
  readonly origin: SourcedManifest;
}

/** Thrown by `deploy()` for what the API server refuses; the other manifests are applied. */
export class DeployError extends Error {
  constructor(
    /** All that was refused, in the order of the manifests. */
    readonly refusals: readonly Refusal[],
  ) {
    super(messageOf(refusals));
    this.name = 'DeployError';
  }
}

function messageOf(refusals: readonly Refusal[]): string {
  const count = refusals.length === 1 ? 'one object' : `${refusals.length} objects`;
  return [`the API server refused ${count}:`, ...refusals.map(one)].join('\n');
}

function one({ result, origin }: Refusal): string {
  const causes = result.error?.status.details?.causes ?? [];
  const lines = [`  ${result.what}: ${result.error?.message ?? ''}`];
  for (const { field, message } of causes.length > 1 ? causes : []) {
    lines.push(`    ${field ?? ''}: ${message ?? ''}`);
  }
  const where = [origin.construct && `construct ${origin.construct}`, origin.file].filter(Boolean);
  if (where.length > 0) lines.push(`    ${where.join('  ·  ')}`);
  return lines.join('\n');
}
