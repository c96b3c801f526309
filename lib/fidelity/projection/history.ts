/**
 * A recording in order, with what every comparison needs of it: how each object looked last, which
 * are gone, and names that two runs agree on (generated names differ from run to run).
 */
import type { RecordedObject, RecordedOwner, WatchRecord } from '../watch-record';

export class History {
  readonly records: readonly WatchRecord[];
  /** The last state of every object ever seen, by identity, in order of first appearance. */
  readonly latest = new Map<string, RecordedObject>();
  readonly gone = new Set<string>();
  /** Stable names by identity: `web.rs1` for the first ReplicaSet of web, `web.rs1.pod` for its pods. */
  readonly aliases = new Map<string, string>();
  private readonly deployments = new Map<string, string>();
  private readonly revisions = new Map<string, number>();

  constructor(records: readonly WatchRecord[]) {
    this.records = records
      .filter(({ type, object }) => object?.kind && type !== 'BOOKMARK' && type !== 'ERROR')
      .sort((a, b) => a.t - b.t);
    for (const { type, object } of this.records) {
      const id = identityOf(object);
      if (!this.latest.has(id)) this.nameStably(id, object);
      this.latest.set(id, object);
      if (type === 'DELETED') this.gone.add(id);
      else this.gone.delete(id);
    }
  }

  aliasOf(kind: string, namespace: string | undefined, name: string): string | undefined {
    return this.aliases.get(`${kind}/${namespace ?? ''}/${name}`);
  }

  /** The Deployment that made a ReplicaSet. */
  deploymentOf(namespace: string | undefined, replicaSet: string): string | undefined {
    return this.deployments.get(`ReplicaSet/${namespace ?? ''}/${replicaSet}`);
  }

  /** What a projection calls an object: `Deployment default/web`. */
  titleOf(object: RecordedObject): string {
    const name = this.aliases.get(identityOf(object)) ?? object.metadata.name;
    return `${object.kind} ${object.metadata.namespace ?? ''}/${name}`;
  }

  isGone(object: RecordedObject): boolean {
    return this.gone.has(identityOf(object));
  }

  /** The objects of a kind with all their states, in order of first appearance. */
  statesOf(kind: string): readonly (readonly RecordedObject[])[] {
    const found = new Map<string, RecordedObject[]>();
    for (const { object } of this.records) {
      if (object.kind !== kind) continue;
      const id = identityOf(object);
      const states = found.get(id);
      if (states === undefined) found.set(id, [object]);
      else states.push(object);
    }
    return [...found.values()];
  }

  /** What is left of a kind in the end. */
  remaining(kind: string): RecordedObject[] {
    return [...this.latest.values()].filter((o) => o.kind === kind && !this.isGone(o));
  }

  private nameStably(id: string, object: RecordedObject): void {
    const owner = ownerOf(object);
    if (owner === undefined) return;
    const alias = this.stableName(id, object, owner);
    if (alias !== undefined) this.aliases.set(id, alias);
  }

  private stableName(id: string, object: RecordedObject, owner: RecordedOwner): string | undefined {
    const { namespace } = object.metadata;
    switch (object.kind) {
      case 'ReplicaSet': {
        const ofOwner = `${namespace}/${owner.name}`;
        const revision = (this.revisions.get(ofOwner) ?? 0) + 1;
        this.revisions.set(ofOwner, revision);
        this.deployments.set(id, owner.name);
        return `${owner.name}.rs${revision}`;
      }
      case 'Pod':
        if (owner.kind === 'StatefulSet') return undefined;
        return owner.kind === 'ReplicaSet'
          ? `${this.aliasOf('ReplicaSet', namespace, owner.name) ?? owner.name}.pod`
          : `${owner.name}.pod`;
      case 'EndpointSlice':
        return `${owner.name}.slice`;
      case 'Job':
        return `${owner.name}.job`;
      default:
        return undefined;
    }
  }
}

export const identityOf = ({ kind, metadata }: RecordedObject): string =>
  `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;

export const ownerOf = (object: RecordedObject): RecordedOwner | undefined =>
  object.metadata.ownerReferences?.find((owner) => owner.controller);

export const lastOf = <T>(list: readonly T[]): T => list.at(-1) as T;
