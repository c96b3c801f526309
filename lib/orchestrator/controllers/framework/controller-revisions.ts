/**
 * The revisions of a pod template that StatefulSets and DaemonSets keep as ControllerRevisions:
 * listed, found again, made, numbered and dropped. Stands for kubernetes' pkg/controller/history.
 */
import { semanticEqual } from '../../api/deep-equal';
import type { LabelSelector } from '../../api/label-selector';
import type { KubeObject, NewObject } from '../../api/object';
import { controllerReference } from '../../api/object';
import type { ControllerRevision, PodTemplateSpec } from '../../api/objects';
import { isAlreadyExists, isNotFound } from '../../api/status-error';
import type { Client, Informer } from '../../client';
import { claim } from './claim';
import { isRefusal } from './slow-start';

export const REVISION_LABEL = 'controller-revision-hash';
const MAX_OWNER_NAME = 223;

/** A StatefulSet or DaemonSet, as far as its history goes. */
export interface RevisionOwner extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly namespace: string };
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly revisionHistoryLimit?: number;
  };
}

export interface RevisionHistory {
  readonly client: Client;
  readonly informer: Informer<ControllerRevision>;
  /** `statefulsets.apps` */
  readonly ownerResource: string;
  /** The label that carries the hash on the revision itself. */
  readonly hashLabel: string;
  /** The hash of a template, and of the revision's data, for its name. */
  hashOf(template: PodTemplateSpec, data: object, collisionCount: number | undefined): string;
}

/** The owner's revisions, the lowest number first; orphans that fit are adopted. */
export function listRevisions(
  history: RevisionHistory,
  owner: RevisionOwner,
): ControllerRevision[] {
  const { client, informer, ownerResource } = history;
  const { selector } = owner.spec;
  return claim({ client, informer, ownerResource, owner, selector }).sort(byNumber);
}

const templates = new WeakMap<object, PodTemplateSpec>();

/** The pod template that a revision holds. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const data = revision.data as { spec: { template: PodTemplateSpec & { $patch?: string } } };
  let template = templates.get(data);
  if (template === undefined) {
    const { $patch: _directive, ...rest } = data.spec.template;
    template = rest;
    templates.set(data, template);
  }
  return template;
}

export interface CurrentRevision {
  readonly revision: ControllerRevision;
  /** How many hashes were taken by others; undefined as long as none was looked for. */
  readonly collisionCount: number | undefined;
}

/** The revision of the owner's present template: found, renumbered if it is an older one, or made. */
export function revisionOfTemplate(
  history: RevisionHistory,
  owner: RevisionOwner,
  revisions: readonly ControllerRevision[],
  collisionCount: number | undefined,
): CurrentRevision {
  const last = revisions.at(-1);
  const number = (last?.revision ?? 0) + 1;
  const equal = revisions.filter((one) => sameTemplate(templateOf(one), owner.spec.template));
  const found = equal.at(-1);
  if (found === undefined) return makeRevision(history, owner, number, collisionCount);
  if (found === last) return { revision: found, collisionCount };
  const renumbered = history.client.update<ControllerRevision>('controllerrevisions.apps', {
    ...found,
    revision: number,
  });
  return { revision: renumbered, collisionCount };
}

/** Deletes what is beyond spec.revisionHistoryLimit, the oldest first, sparing those in use. */
export function truncateHistory(
  history: RevisionHistory,
  owner: RevisionOwner,
  revisions: readonly ControllerRevision[],
  inUse: ReadonlySet<string>,
): void {
  const limit = owner.spec.revisionHistoryLimit ?? 10;
  const spare = revisions.filter((one) => !inUse.has(one.metadata.name));
  for (const { metadata } of spare.slice(0, Math.max(0, spare.length - limit))) {
    try {
      history.client.delete('controllerrevisions.apps', metadata.namespace, metadata.name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

const comparisons = new WeakMap<PodTemplateSpec, WeakMap<PodTemplateSpec, boolean>>();

function sameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  if (a === b) return true;
  let known = comparisons.get(a);
  if (known === undefined) {
    known = new WeakMap();
    comparisons.set(a, known);
  }
  let same = known.get(b);
  if (same === undefined) {
    same = semanticEqual(a, b);
    known.set(b, same);
  }
  return same;
}

/** Tries the next hash as long as the name is taken by another template. */
function makeRevision(
  history: RevisionHistory,
  owner: RevisionOwner,
  number: number,
  collisionCount: number | undefined,
): CurrentRevision {
  const { client } = history;
  const { namespace } = owner.metadata;
  for (let collisions = collisionCount; ; collisions = (collisions ?? 0) + 1) {
    const draft = draftOf(history, owner, number, collisions);
    try {
      const revision = client.create('controllerrevisions.apps', namespace, draft);
      return { revision, collisionCount: collisions };
    } catch (error) {
      if (!isRefusal(error) || !isAlreadyExists(error)) throw error;
    }
    const name = draft.metadata.name!;
    const taken = client.get<ControllerRevision>('controllerrevisions.apps', namespace, name);
    if (sameTemplate(templateOf(taken), owner.spec.template)) {
      return { revision: taken, collisionCount: collisions };
    }
  }
}

function draftOf(
  history: RevisionHistory,
  owner: RevisionOwner,
  number: number,
  collisionCount: number | undefined,
): NewObject<ControllerRevision> {
  const { template } = owner.spec;
  const data = { spec: { template: { ...template, $patch: 'replace' } } };
  const hash = history.hashOf(template, data, collisionCount);
  const { annotations, name } = owner.metadata;
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name.slice(0, MAX_OWNER_NAME)}-${hash}`,
      labels: { ...template.metadata?.labels, [history.hashLabel]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision: number,
  };
}

function byNumber(a: ControllerRevision, b: ControllerRevision): number {
  if (a.revision !== b.revision) return a.revision - b.revision;
  const [left, right] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
