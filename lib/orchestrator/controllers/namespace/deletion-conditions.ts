/** What a namespace that is being deleted says about what is still in it. */
import type { Condition } from '../../api/objects';
import { formatTime } from '../../api/timestamps';

/** What one attempt to empty a namespace found. */
export class ContentReport {
  /** Instances that remain, by resource. */
  readonly remaining = new Map<string, number>();
  /** Instances that a finalizer holds, by finalizer. */
  readonly finalizers = new Map<string, number>();
  readonly errors: string[] = [];
  /** For how long, in seconds, what remains may take to go. */
  estimateSeconds = 0;

  remain(
    resource: string,
    count: number,
    finalizers: readonly string[],
    estimateSeconds: number,
  ): void {
    this.remaining.set(resource, count);
    for (const one of finalizers) this.finalizers.set(one, (this.finalizers.get(one) ?? 0) + 1);
    this.estimateSeconds = Math.max(this.estimateSeconds, estimateSeconds);
  }

  /** Instances remain though nothing explains why. */
  fail(namespace: string, resource: string): void {
    const [plural = '', ...group] = resource.split('.');
    const version = `${group.join('.')}/v1`;
    this.errors.push(
      `unexpected items still remain in namespace: ${namespace} for gvr: ${version}, Resource=${plural}`,
    );
  }
}

/** The conditions as this attempt leaves them; times change only with the status. */
export function withDeletionConditions(
  before: readonly Condition[],
  report: ContentReport,
  wallMs: number,
): readonly Condition[] {
  const conditions = [...before];
  const set = (
    type: string,
    problem: readonly [string, string] | undefined,
    fine: readonly [string, string],
  ): void => {
    const [reason, message] = problem ?? fine;
    const status = problem === undefined ? 'False' : 'True';
    const index = conditions.findIndex((one) => one.type === type);
    const old = conditions[index];
    if (old?.status === status && old.reason === reason && old.message === message) return;
    const lastTransitionTime =
      old?.status === status && old.lastTransitionTime !== undefined
        ? old.lastTransitionTime
        : formatTime(wallMs);
    const next: Condition = { type, status, lastTransitionTime, reason, message };
    if (index < 0) conditions.push(next);
    else conditions[index] = next;
  };
  set('NamespaceDeletionDiscoveryFailure', undefined, [
    'ResourcesDiscovered',
    'All resources successfully discovered',
  ]);
  set('NamespaceDeletionGroupVersionParsingFailure', undefined, [
    'ParsedGroupVersions',
    'All legacy kube types successfully parsed',
  ]);
  set('NamespaceDeletionContentFailure', contentFailure(report), [
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ]);
  set('NamespaceContentRemaining', contentRemaining(report), [
    'ContentRemoved',
    'All content successfully removed',
  ]);
  set('NamespaceFinalizersRemaining', finalizersRemaining(report), [
    'ContentHasNoFinalizers',
    'All content-preserving finalizers finished',
  ]);
  return conditions;
}

type Problem = readonly [reason: string, message: string] | undefined;

function contentFailure({ errors }: ContentReport): Problem {
  if (errors.length === 0) return undefined;
  const count = `Failed to delete all resource types, ${errors.length} remaining`;
  return ['ContentDeletionFailed', `${count}: ${[...errors].sort().join(', ')}`];
}

function contentRemaining({ remaining }: ContentReport): Problem {
  if (remaining.size === 0) return undefined;
  const parts = [...remaining]
    .map(([resource, count]) => `${withDot(resource)} has ${count} resource instances`)
    .sort();
  return ['SomeResourcesRemain', `Some resources are remaining: ${parts.join(', ')}`];
}

function finalizersRemaining({ finalizers }: ContentReport): Problem {
  if (finalizers.size === 0) return undefined;
  const parts = [...finalizers]
    .map(([finalizer, count]) => `${finalizer} in ${count} resource instances`)
    .sort();
  const message = `Some content in the namespace has finalizers remaining: ${parts.join(', ')}`;
  return ['SomeFinalizersRemain', message];
}

/** Upstream prints resource and group with a dot between, also if the group is empty. */
const withDot = (resource: string): string => (resource.includes('.') ? resource : `${resource}.`);
