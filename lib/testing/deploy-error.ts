/** Manifests that the API server refused, each with its words and where it came from. */
import type { AppliedObject } from '../orchestrator/cluster/apply-objects';
import type { SourcedManifest } from './manifest-source';

export interface Refusal {
  readonly result: AppliedObject;
  readonly origin: SourcedManifest;
}

export class DeployError extends Error {
  constructor(readonly refusals: readonly Refusal[]) {
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
