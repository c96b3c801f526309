/**
 * Which pods each service selects, kept up to date with every change of a pod or a service. A pod
 * event costs the services that may select it, not a pass over all services or pods. Stands for
 * GetPodServiceMemberships of kube-controller-manager, which lists.
 */
import { compileLabelMap } from '../../api/label-selector';
import type { StringMap } from '../../api/object';
import { keyOf } from '../../api/object';
import type { Pod, Service } from '../../api/objects';

const NONE: ReadonlyMap<string, Pod> = new Map<string, Pod>();

interface Selecting {
  readonly key: string;
  readonly service: Service;
  readonly matches: (labels: StringMap | undefined) => boolean;
  readonly pods: Map<string, Pod>;
}

/** The services that select pods of certain labels, and their keys. */
interface Membership {
  readonly entries: readonly Selecting[];
  readonly keys: readonly string[];
}

/** What is known of one namespace. */
interface NamespacePods {
  /** By key, for a service that comes or changes its selector. */
  readonly pods: Map<string, Pod>;
  /** By the very labels, which the pods of one template share; until a service changes. */
  memberships: WeakMap<StringMap, Membership>;
}

const NO_MEMBERSHIP: Membership = { entries: [], keys: [] };

export class ServicePods {
  private readonly services = new Map<string, Selecting>();
  /** Services by `namespace` and one pair of their selector, so that a pod finds its candidates. */
  private readonly byPair = new Map<string, Map<string, Selecting>>();
  private readonly namespaces = new Map<string, NamespacePods>();

  /** The pods that the service selects, by key. */
  podsOf(serviceKey: string): ReadonlyMap<string, Pod> {
    return this.services.get(serviceKey)?.pods ?? NONE;
  }

  /** Takes a service as it is now. */
  setService(service: Service): void {
    const key = keyOf(service);
    const known = this.services.get(key);
    const { selector } = service.spec;
    if (known !== undefined) {
      if (known.service.spec.selector === selector) return;
      this.removeService(key);
    }
    const pair = pairOf(service);
    if (selector === undefined || pair === undefined) return;
    const pods = new Map<string, Pod>();
    const entry: Selecting = { key, service, matches: compileLabelMap(selector), pods };
    const inNamespace = this.namespace(service.metadata.namespace);
    for (const [podKey, pod] of inNamespace.pods) {
      if (entry.matches(pod.metadata.labels)) pods.set(podKey, pod);
    }
    inNamespace.memberships = new WeakMap();
    this.services.set(key, entry);
    let bucket = this.byPair.get(pair);
    if (bucket === undefined) this.byPair.set(pair, (bucket = new Map()));
    bucket.set(key, entry);
  }

  removeService(key: string): void {
    const known = this.services.get(key);
    if (known === undefined) return;
    this.services.delete(key);
    this.namespace(known.service.metadata.namespace).memberships = new WeakMap();
    const pair = pairOf(known.service);
    if (pair !== undefined) this.byPair.get(pair)?.delete(key);
  }

  /**
   * Takes a pod as it is now (undefined: it is gone); returns the keys of the services that
   * select it or did before.
   */
  setPod(key: string, previous: Pod | undefined, pod: Pod | undefined): readonly string[] {
    const inNamespace = this.namespace((pod ?? previous)!.metadata.namespace);
    if (pod === undefined) inNamespace.pods.delete(key);
    else inNamespace.pods.set(key, pod);
    const now = pod === undefined ? NO_MEMBERSHIP : this.membership(inNamespace, pod);
    for (const entry of now.entries) entry.pods.set(key, pod!);
    if (previous === undefined || (pod !== undefined && !labelsDiffer(previous, pod))) {
      return now.keys;
    }
    const keys = [...now.keys];
    for (const entry of this.membership(inNamespace, previous).entries) {
      if (keys.includes(entry.key)) continue;
      entry.pods.delete(key);
      keys.push(entry.key);
    }
    return keys;
  }

  private namespace(name: string): NamespacePods {
    let known = this.namespaces.get(name);
    if (known === undefined) {
      known = { pods: new Map(), memberships: new WeakMap() };
      this.namespaces.set(name, known);
    }
    return known;
  }

  private membership({ memberships }: NamespacePods, pod: Pod): Membership {
    const { namespace, labels } = pod.metadata;
    if (labels === undefined || this.services.size === 0) return NO_MEMBERSHIP;
    let membership = memberships.get(labels);
    if (membership === undefined) {
      const entries = this.selecting(namespace, labels);
      membership = { entries, keys: entries.map(({ key }) => key) };
      memberships.set(labels, membership);
    }
    return membership;
  }

  private selecting(namespace: string, labels: StringMap): Selecting[] {
    const found: Selecting[] = [];
    for (const name in labels) {
      const bucket = this.byPair.get(`${namespace}/${name}=${labels[name]}`);
      if (bucket === undefined) continue;
      for (const entry of bucket.values()) if (entry.matches(labels)) found.push(entry);
    }
    return found;
  }
}

const labelsDiffer = (a: Pod, b: Pod): boolean => a.metadata.labels !== b.metadata.labels;

function pairOf(service: Service): string | undefined {
  const { selector } = service.spec;
  for (const name in selector) return `${service.metadata.namespace}/${name}=${selector[name]}`;
  return undefined;
}
