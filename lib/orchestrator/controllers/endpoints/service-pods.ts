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

export class ServicePods {
  private readonly services = new Map<string, Selecting>();
  /** Services by `namespace` and one pair of their selector, so that a pod finds its candidates. */
  private readonly byPair = new Map<string, Map<string, Selecting>>();
  /** Pods by namespace, for a service that comes or changes its selector. */
  private readonly pods = new Map<string, Map<string, Pod>>();

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
    for (const [podKey, pod] of this.pods.get(service.metadata.namespace) ?? []) {
      if (entry.matches(pod.metadata.labels)) pods.set(podKey, pod);
    }
    this.services.set(key, entry);
    let bucket = this.byPair.get(pair);
    if (bucket === undefined) this.byPair.set(pair, (bucket = new Map()));
    bucket.set(key, entry);
  }

  removeService(key: string): void {
    const known = this.services.get(key);
    if (known === undefined) return;
    this.services.delete(key);
    const pair = pairOf(known.service);
    if (pair !== undefined) this.byPair.get(pair)?.delete(key);
  }

  /**
   * Takes a pod as it is now (undefined: it is gone); returns the keys of the services that
   * select it or did before.
   */
  setPod(key: string, previous: Pod | undefined, pod: Pod | undefined): readonly string[] {
    const namespace = (pod ?? previous)!.metadata.namespace;
    let inNamespace = this.pods.get(namespace);
    if (inNamespace === undefined) this.pods.set(namespace, (inNamespace = new Map()));
    if (pod === undefined) inNamespace.delete(key);
    else inNamespace.set(key, pod);
    const touched = pod === undefined ? [] : this.selecting(pod);
    const keys = touched.map((entry) => entry.key);
    for (const entry of touched) entry.pods.set(key, pod!);
    if (previous !== undefined && (pod === undefined || labelsDiffer(previous, pod))) {
      for (const entry of this.selecting(previous)) {
        if (keys.includes(entry.key)) continue;
        entry.pods.delete(key);
        keys.push(entry.key);
      }
    }
    return keys;
  }

  private selecting(pod: Pod): Selecting[] {
    const found: Selecting[] = [];
    const { namespace, labels } = pod.metadata;
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
