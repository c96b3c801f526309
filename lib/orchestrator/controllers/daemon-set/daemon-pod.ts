/** The pod of a DaemonSet for one node, and where such a pod belongs. */
import { selectsNode } from '../../api/node-selector';
import type { KubeObject, NewObject } from '../../api/object';
import { controllerReference } from '../../api/object';
import type { DaemonSet, Node, Pod, PodSpec, Toleration } from '../../api/objects';
import { isTolerated } from '../../api/tolerations';
import { REVISION_LABEL } from '../framework/controller-revisions';

const TEMPLATE_GENERATION_LABEL = 'pod-template-generation';
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

const exists = (name: string, effect: string): Toleration => ({
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
  effect,
});
/** Daemons stay where others have to leave: many are what makes a node work again. */
const TOLERATIONS: readonly Toleration[] = [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
];

const specs = new WeakMap<PodSpec, PodSpec>();

/** The template's spec with the tolerations of daemons; one shared object for each template. */
function tolerantSpec(spec: PodSpec): PodSpec {
  let known = specs.get(spec);
  if (known === undefined) {
    const extra = spec.hostNetwork === true ? [exists('network-unavailable', 'NoSchedule')] : [];
    const own = spec.tolerations ?? [];
    const added = [...TOLERATIONS, ...extra].filter(
      (one) => !own.some((has) => has.key === one.key && has.effect === one.effect),
    );
    known = { ...spec, tolerations: [...own, ...added] };
    specs.set(spec, known);
  }
  return known;
}

export interface NodeFit {
  /** A pod is created on this node. */
  readonly shouldRun: boolean;
  /** A pod that is on this node may stay. */
  readonly mayStay: boolean;
}

const NEITHER: NodeFit = { shouldRun: false, mayStay: false };
const BOTH: NodeFit = { shouldRun: true, mayStay: true };
const STAY: NodeFit = { shouldRun: false, mayStay: true };

/** Resources and the node's health are no matter here. */
export function nodeFit(set: DaemonSet, node: Node): NodeFit {
  const spec = tolerantSpec(set.spec.template.spec);
  if (spec.nodeName && spec.nodeName !== node.metadata.name) return NEITHER;
  if (!selectsNode(spec, node)) return NEITHER;
  const untolerated = (node.spec.taints ?? []).filter(
    (taint) => taint.effect !== 'PreferNoSchedule' && !isTolerated(taint, spec.tolerations ?? []),
  );
  if (untolerated.length === 0) return BOTH;
  return untolerated.some((taint) => taint.effect === 'NoExecute') ? NEITHER : STAY;
}

/** The pod is not bound: it asks the scheduler for its one node. */
export function daemonPod(set: DaemonSet, node: string, hash: string): NewObject<Pod> {
  const { template } = set.spec;
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const generation = set.metadata.annotations?.[TEMPLATE_GENERATION];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${set.metadata.name}-`,
      labels: {
        ...labels,
        ...(generation === undefined ? {} : { [TEMPLATE_GENERATION_LABEL]: generation }),
        [REVISION_LABEL]: hash,
      },
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(set as unknown as KubeObject)],
    },
    spec: pinned(tolerantSpec(template.spec), node),
  };
}

/** The node's name takes the place of whatever fields the required terms asked for. */
function pinned(spec: PodSpec, node: string): PodSpec {
  const matchFields = [{ key: 'metadata.name', operator: 'In' as const, values: [node] }];
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const given = required?.nodeSelectorTerms ?? [];
  const nodeSelectorTerms =
    given.length === 0 ? [{ matchFields }] : given.map((term) => ({ ...term, matchFields }));
  const nodeAffinity = {
    ...spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
  };
  return { ...spec, affinity: { ...spec.affinity, nodeAffinity } };
}

/** The node that the pod is on, or for which it was made. */
export function targetNode(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const term of required?.nodeSelectorTerms ?? []) {
    for (const field of term.matchFields ?? []) {
      if (field.key === 'metadata.name' && field.operator === 'In') return field.values?.[0];
    }
  }
  return undefined;
}

export const revisionHashOf = (pod: Pod): string => pod.metadata.labels?.[REVISION_LABEL] ?? '';

/** Assigned ones first, then the oldest, then by name: the first is the one that counts. */
export function byAssignmentAndAge(a: Pod, b: Pod): number {
  const assigned = Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName));
  if (assigned !== 0) return assigned;
  const [left, right] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
