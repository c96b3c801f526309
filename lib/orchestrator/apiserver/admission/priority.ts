/** Priority: turns a pod's priorityClassName into its priority and preemption policy. */
import type { Draft } from '../../api/kind';
import type { Pod, PodSpec, PriorityClass } from '../../api/objects';
import { forbiddenError } from '../../api/status-error';
import type { AdmissionContext, AdmissionRequest, AdmissionStep } from './admission';
import { PodSpecMemo } from './pod-spec-memo';

type Policy = NonNullable<PodSpec['preemptionPolicy']>;

interface Resolved {
  readonly className?: string;
  readonly priority: number;
  readonly policy: Policy;
}

const memo = new PodSpecMemo();
const PREEMPT: Policy = 'PreemptLowerPriority';

export const priority: AdmissionStep = {
  name: 'Priority',
  resources: ['pods'],
  verbs: ['create', 'update'],
  mutate(request, server) {
    const draft = request.draft!;
    const spec = draft['spec'] as PodSpec;
    if (request.old !== undefined) {
      keepPriority(draft, spec, (request.old as Pod).spec);
      return;
    }
    const resolved = resolve(request, server, spec.priorityClassName);
    const circumstances = `${resolved.className ?? ''}/${resolved.priority}/${resolved.policy}`;
    if (spec.priority !== undefined && spec.priority !== resolved.priority) {
      throw forbiddenError(
        { group: '', resource: 'pods' },
        request.name,
        `the integer value of priority (${spec.priority}) must not be provided in pod spec; ` +
          'priority admission controller computed ' +
          `${resolved.priority} from the given PriorityClass name`,
      );
    }
    if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== resolved.policy) {
      throw forbiddenError(
        { group: '', resource: 'pods' },
        request.name,
        `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in ` +
          `pod spec; priority admission controller computed ${resolved.policy} ` +
          'from the given PriorityClass name',
      );
    }
    memo.apply(draft, circumstances, (given) => ({
      ...given,
      ...(resolved.className ? { priorityClassName: resolved.className } : {}),
      priority: resolved.priority,
      preemptionPolicy: given.preemptionPolicy ?? resolved.policy,
    }));
  },
};

/** What a pod was given when it was created stays; validation refuses any other value. */
function keepPriority(draft: Draft, spec: PodSpec, old: PodSpec): void {
  const priority = spec.priority ?? old.priority;
  const preemptionPolicy = spec.preemptionPolicy ?? old.preemptionPolicy;
  if (priority === spec.priority && preemptionPolicy === spec.preemptionPolicy) return;
  draft['spec'] = {
    ...spec,
    ...(priority === undefined ? {} : { priority }),
    ...(preemptionPolicy === undefined ? {} : { preemptionPolicy }),
  };
}

function resolve(
  request: AdmissionRequest,
  server: AdmissionContext,
  name: string | undefined,
): Resolved {
  if (!name) return globalDefault(server) ?? { priority: 0, policy: PREEMPT };
  const found = server.store.get('priorityclasses.scheduling.k8s.io', name) as
    PriorityClass | undefined;
  if (found !== undefined) return resolvedOf(found);
  throw forbiddenError(
    { group: '', resource: 'pods' },
    request.name,
    `no PriorityClass with name ${name} was found`,
  );
}

function globalDefault(server: AdmissionContext): Resolved | undefined {
  let lowest: PriorityClass | undefined;
  for (const object of server.store.objects('priorityclasses.scheduling.k8s.io').values()) {
    const candidate = object as PriorityClass;
    if (candidate.globalDefault !== true) continue;
    if (lowest === undefined || candidate.value < lowest.value) lowest = candidate;
  }
  return lowest === undefined ? undefined : resolvedOf(lowest);
}

const resolvedOf = (found: PriorityClass): Resolved => ({
  className: found.metadata.name,
  priority: found.value,
  policy: found.preemptionPolicy ?? PREEMPT,
});
