/** The resources that this API server serves, by the name that requests use: `pods`, `deployments.apps`. */
import type { KindDefinition } from '../api/kind';
import { failure, type ResourceRef } from '../api/status-error';

type Named = Pick<KindDefinition, 'plural' | 'group' | 'storage'>;
/** Every write asks for it, and a text made anew would be hashed anew. */
const names = new WeakMap<Named, string>();

export function resourceNameOf(kind: Named): string {
  let name = names.get(kind);
  if (name === undefined) {
    name = kind.storage ?? (kind.group ? `${kind.plural}.${kind.group}` : kind.plural);
    names.set(kind, name);
  }
  return name;
}

/** What servers of the same kinds begin with: to name them all takes long. */
const beginnings = new WeakMap<readonly KindDefinition[], ResourceRegistry>();

export class ResourceRegistry {
  private readonly byResource: Map<string, KindDefinition>;
  /** Resources that are another one under a second name. */
  private readonly views: KindDefinition[];
  private readonly byKind: Map<string, KindDefinition>;
  private readonly byPath: Map<string, KindDefinition>;
  /** By the name of their CustomResourceDefinition. */
  private readonly defined = new Map<string, readonly KindDefinition[]>();

  constructor(from?: ResourceRegistry) {
    this.byResource = new Map(from?.byResource);
    this.views = [...(from?.views ?? [])];
    this.byKind = new Map(from?.byKind);
    this.byPath = new Map(from?.byPath);
  }

  static of(kinds: readonly KindDefinition[]): ResourceRegistry {
    let beginning = beginnings.get(kinds);
    if (beginning === undefined) {
      beginning = new ResourceRegistry();
      for (const kind of kinds) beginning.add(kind);
      beginnings.set(kinds, beginning);
    }
    return new ResourceRegistry(beginning);
  }

  /** Also serves custom resources: a definition may be added while the server runs. */
  add(kind: KindDefinition): void {
    const resource = resourceNameOf(kind);
    // The first version listed is the one that is stored; others are views of it.
    if (kind.storage !== undefined) this.views.push(kind);
    else if (!this.byResource.has(resource)) this.byResource.set(resource, kind);
    this.byKind.set(`${apiVersionOf(kind)}/${kind.kind}`, kind);
    this.byPath.set(`${kind.group}/${kind.version}/${kind.plural}`, kind);
  }

  /** Serves what a CustomResourceDefinition of this name defines now, in place of what it did. */
  define(name: string, kinds: readonly KindDefinition[]): void {
    for (const old of this.defined.get(name) ?? []) this.forget(old);
    this.defined.delete(name);
    if (kinds.length === 0) return;
    this.defined.set(name, kinds);
    this.byResource.set(resourceNameOf(kinds[0]!), kinds[0]!);
    for (const kind of kinds) this.add(kind);
  }

  /** The kinds that definitions define, in the order in which these came. */
  custom(): readonly KindDefinition[] {
    return [...this.defined.values()].flat();
  }

  /** No longer served; those that watch it in process may go on to. */
  private forget(kind: KindDefinition): void {
    this.byKind.delete(`${apiVersionOf(kind)}/${kind.kind}`);
    this.byPath.delete(`${kind.group}/${kind.version}/${kind.plural}`);
  }

  *all(): IterableIterator<KindDefinition> {
    yield* this.byResource.values();
    yield* this.views;
  }

  /** Whether the server itself has resources of a group, whatever definitions add. */
  hasGroup(group: string): boolean {
    for (const kind of this.byPath.values()) {
      if (kind.group === group && kind.customSchema === undefined) return true;
    }
    return false;
  }

  kind(resource: string): KindDefinition {
    const kind = this.byResource.get(resource);
    if (kind === undefined) {
      throw failure(404, 'NotFound', 'the server could not find the requested resource', {});
    }
    return kind;
  }

  /** The definition of a resource in one version; undefined if it is not served. */
  served(resource: string, group: string, version: string): KindDefinition | undefined {
    const plural = resource.split('.')[0]!;
    return this.byPath.get(`${group}/${version}/${plural}`);
  }

  ofObject(apiVersion: string, kind: string): KindDefinition | undefined {
    return this.byKind.get(`${apiVersion}/${kind}`);
  }
}

export const apiVersionOf = (kind: Pick<KindDefinition, 'group' | 'version'>): string =>
  kind.group ? `${kind.group}/${kind.version}` : kind.version;

export const refOf = (kind: KindDefinition): ResourceRef => ({
  group: kind.group,
  resource: kind.plural,
});

export const refusalGroupOf = (kind: KindDefinition): string => kind.refusalGroup ?? kind.group;

/** Whether requests to the subresource are about the object as a whole, of which they write a part. */
export const isPartOf = (kind: KindDefinition, subresource: string): boolean =>
  subresource === '' || subresource === 'status' || kind.parts?.[subresource] !== undefined;

/** Whose rules a write is held to: of two groups that share their objects each has its own. */
export const rulesFor = (
  kind: KindDefinition,
  version: KindDefinition | undefined,
): KindDefinition => (version?.storage === undefined ? kind : version);
