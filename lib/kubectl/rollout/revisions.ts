/** The revisions of a workload: ReplicaSets of a Deployment, ControllerRevisions of the others. */
import { controllerOf, type KubeObject } from '../../orchestrator/api/object';
import type {
  ControllerRevision,
  Deployment,
  PodTemplateSpec,
  ReplicaSet,
} from '../../orchestrator/api/objects';
import { applyStrategicMergePatch } from '../../orchestrator/api/patch/strategic-merge-patch';
import type { Target } from '../input/targets';
import type { Invocation } from '../invocation';

const REVISION = 'deployment.kubernetes.io/revision';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';
const HASH = 'pod-template-hash';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Annotations that stay as they are on a Deployment that is rolled back. */
const KEPT = new Set([
  LAST_APPLIED,
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

export interface Revision {
  readonly revision: number;
  readonly changeCause: string | undefined;
  readonly template: PodTemplateSpec;
  /** The patch that brings it back. */
  readonly undo: { readonly type: 'json' | 'strategic'; readonly body: unknown };
}

/** In ascending order. */
export function revisionsOf(invocation: Invocation, { kind, object }: Target): Revision[] {
  const found =
    kind.kind === 'Deployment'
      ? owned<ReplicaSet>(invocation, 'replicasets.apps', object).map((set) =>
          ofReplicaSet(object as Deployment, set),
        )
      : owned<ControllerRevision>(invocation, 'controllerrevisions.apps', object).map((revision) =>
          ofControllerRevision(object, kind.schema, revision),
        );
  return found.filter(({ revision }) => revision > 0).sort((a, b) => a.revision - b.revision);
}

function owned<T extends KubeObject>(
  { api }: Invocation,
  resource: string,
  owner: KubeObject,
): T[] {
  const { namespace, uid } = owner.metadata;
  const { items } = api.list<T>(resource, namespace === undefined ? {} : { namespace });
  return items.filter((item) => controllerOf(item)?.uid === uid);
}

function ofReplicaSet(deployment: Deployment, set: ReplicaSet): Revision {
  const template = withoutHash(set.spec.template);
  const annotations: Record<string, string> = {};
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (KEPT.has(key)) annotations[key] = value;
  }
  for (const [key, value] of Object.entries(set.metadata.annotations ?? {})) {
    if (!KEPT.has(key)) annotations[key] = value;
  }
  const body = [
    { op: 'replace', path: '/spec/template', value: template },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ];
  return {
    revision: Number(set.metadata.annotations?.[REVISION] ?? 0),
    changeCause: set.metadata.annotations?.[CHANGE_CAUSE],
    template: set.spec.template,
    undo: { type: 'json', body },
  };
}

function ofControllerRevision(
  owner: KubeObject,
  schema: string,
  revision: ControllerRevision,
): Revision {
  const restored = applyStrategicMergePatch(owner, revision.data as object, schema) as unknown as {
    readonly spec: { readonly template: PodTemplateSpec };
  };
  return {
    revision: revision.revision,
    changeCause: revision.metadata.annotations?.[CHANGE_CAUSE],
    template: restored.spec.template,
    undo: { type: 'strategic', body: revision.data },
  };
}

export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
