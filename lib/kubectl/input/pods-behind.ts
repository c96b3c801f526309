/** The pods that stand behind an object: those that its selector takes, the likeliest to talk first. */
import {
  compileLabelMap,
  compileSelector,
  type LabelMatcher,
  type LabelSelector,
} from '../../orchestrator/api/label-selector';
import type { KubeObject } from '../../orchestrator/api/object';
import { conditionOf, isPodReady, type Pod } from '../../orchestrator/api/objects';
import { parseTime } from '../../orchestrator/api/timestamps';
import type { Invocation } from '../invocation';
import { usageError } from '../kubectl-error';
import type { Target } from './targets';

const WITH_LABEL_SELECTOR = new Set([
  'DaemonSet',
  'Deployment',
  'Job',
  'ReplicaSet',
  'StatefulSet',
]);

/** In the order of their names. Throws KubectlError for an object that has no pods. */
export function podsBehind(invocation: Invocation, { kind, object }: Target): readonly Pod[] {
  if (kind.kind === 'Pod') return [object as Pod];
  const matches = matcherOf(object, `*${kind.version}.${kind.kind}`);
  const { namespace } = object.metadata;
  const selection = {
    ...(namespace === undefined ? {} : { namespace }),
    matches: (pod: KubeObject) => matches(pod.metadata.labels),
  };
  return invocation.api.list<Pod>('pods', selection).items;
}

function matcherOf(object: KubeObject, goType: string): LabelMatcher {
  const { selector } = ((object as { spec?: unknown }).spec ?? {}) as { selector?: unknown };
  if (WITH_LABEL_SELECTOR.has(object.kind)) return compileSelector(selector as LabelSelector);
  if (object.kind !== 'Service' && object.kind !== 'ReplicationController') {
    throw usageError(`cannot get the logs from ${goType}: selector for ${goType} not implemented`);
  }
  const map = (selector ?? {}) as Readonly<Record<string, string>>;
  if (Object.keys(map).length > 0) return compileLabelMap(map);
  throw usageError(
    `invalid service '${object.metadata.name}': Service is defined without a selector`,
  );
}

/** Most likely to have something to say first: scheduled, running, ready, and ready for longest. */
export function byLogging(pods: readonly Pod[]): Pod[] {
  const ranked = pods.map((pod) => ({ pod, rank: rankOf(pod) }));
  ranked.sort((a, b) => compareRanks(a.rank, b.rank));
  return ranked.map(({ pod }) => pod);
}

const PHASE_RANK: Readonly<Record<string, number>> = { Unknown: 1, Pending: 2 };

function rankOf(pod: Pod): readonly number[] {
  const { metadata, spec, status } = pod;
  const ready = isPodReady(pod);
  const restarts = (status.containerStatuses ?? []).map(({ restartCount }) => restartCount);
  return [
    spec.nodeName ? 0 : 1,
    PHASE_RANK[status.phase] ?? 0,
    ready ? 0 : 1,
    ready ? parseTime(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '') : 0,
    -Math.max(0, ...restarts),
    parseTime(metadata.creationTimestamp),
  ];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
