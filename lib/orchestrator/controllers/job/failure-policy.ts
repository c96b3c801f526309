/** What spec.podFailurePolicy says about a pod that failed: the first rule that matches decides. */
import type { Job, Pod, PodFailurePolicyRule } from '../../api/objects';

export interface PolicyVerdict {
  readonly counts: boolean;
  /** Whether the pod's index has failed for good. */
  readonly failsIndex: boolean;
  /** Why the whole Job fails, if it does. */
  readonly failJob: string | undefined;
}

const COUNTS: PolicyVerdict = { counts: true, failsIndex: false, failJob: undefined };
const IGNORED: PolicyVerdict = { ...COUNTS, counts: false };
const FAILS_INDEX: PolicyVerdict = { ...COUNTS, failsIndex: true };

export function judgeFailure(job: Job, pod: Pod): PolicyVerdict {
  const rules = job.spec.podFailurePolicy?.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const why = match(rule, pod);
    if (why === undefined) continue;
    if (rule.action === 'Ignore') return IGNORED;
    if (rule.action === 'FailIndex') return FAILS_INDEX;
    if (rule.action !== 'FailJob') return COUNTS;
    return { ...COUNTS, failJob: `${why} matching FailJob rule at index ${index}` };
  }
  return COUNTS;
}

function match(rule: PodFailurePolicyRule, pod: Pod): string | undefined {
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  if (rule.onExitCodes !== undefined) return matchExitCodes(rule.onExitCodes, pod, name);
  for (const pattern of rule.onPodConditions ?? []) {
    const found = pod.status.conditions?.some(
      ({ type, status }) => type === pattern.type && status === pattern.status,
    );
    if (found === true) return `Pod ${name} has condition ${pattern.type}`;
  }
  return undefined;
}

function matchExitCodes(
  rule: NonNullable<PodFailurePolicyRule['onExitCodes']>,
  pod: Pod,
  name: string,
): string | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status;
  for (const { name: container, state } of [...containerStatuses, ...initContainerStatuses]) {
    const exitCode = state.terminated?.exitCode;
    if (exitCode === undefined || exitCode === 0) continue;
    if (rule.containerName !== undefined && rule.containerName !== container) continue;
    if (rule.values.includes(exitCode) !== (rule.operator === 'In')) continue;
    return `Container ${container} for pod ${name} failed with exit code ${exitCode}`;
  }
  return undefined;
}
