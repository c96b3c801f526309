/**
 * All NetworkPolicies, and whether they let one end connect to another: egress of the one and
 * ingress of the other, each allowed by the union of the policies that select it. A pod that no
 * policy selects is open. Policies are looked at for new connections only.
 */
import type { Client, Informer } from '../../client';
import { keyOf, type StringMap } from '../../api/object';
import type { Namespace, Node, Pod } from '../../api/objects';
import {
  PolicyRules,
  type Destination,
  type Direction,
  type NetworkPolicy,
  type Party,
} from './policy-rules';

/** A pod, a node (whose own traffic to its pods always passes), or an address outside. */
export interface PolicyPeer {
  readonly podKey?: string;
  /** Some pod of this namespace, with these labels if any. */
  readonly namespace?: string;
  readonly labels?: StringMap;
  readonly nodeName?: string;
  readonly ip?: string;
}

interface AskedAbout {
  readonly ids: string[];
  /** Whether the pod was ever the client. */
  asClient: boolean;
}

export class PolicyIndex {
  private readonly byNamespace = new Map<string, Map<string, PolicyRules>>();
  private readonly answers = new Map<string, boolean>();
  /** Answers about each pod, so that a change of one pod costs no more than its own. */
  private readonly asked = new Map<string, AskedAbout>();
  private readonly listeners: (() => void)[] = [];
  private readonly podListeners: ((podIp: string) => void)[] = [];
  private readonly policies: Informer<NetworkPolicy>;
  private pods: Informer<Pod> | undefined;
  private namespaces: Informer<Namespace> | undefined;
  private nodes: Informer<Node> | undefined;

  constructor(private readonly client: Client) {
    this.policies = client.informer('networkpolicies.networking.k8s.io');
    this.policies.addHandlers({
      added: (policy) => this.set(policy, new PolicyRules(policy)),
      updated: (policy, previous) => {
        if (policy.spec !== previous.spec) this.set(policy, new PolicyRules(policy));
      },
      deleted: (policy) => this.set(policy, undefined),
    });
  }

  /** Whether there is a policy at all. */
  get any(): boolean {
    return this.policies.size > 0;
  }

  /** Calls back when an answer may have changed. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Calls back when answers about connections to one pod may have changed. */
  onPodChange(listener: (podIp: string) => void): void {
    this.podListeners.push(listener);
  }

  /** Whether a new connection may be made; `port` is the destination pod's. */
  allows(from: PolicyPeer, to: PolicyPeer, port: number, protocol: string): boolean {
    if (!this.any) return true;
    const id = `${from.podKey ?? ''}|${strangerText(from)}|${from.nodeName ?? ''}|${from.ip ?? ''}>${to.podKey ?? ''}|${to.ip ?? ''}:${port}/${protocol}`;
    let answer = this.answers.get(id);
    if (answer === undefined) {
      answer = this.evaluate(from, to, port, protocol);
      this.answers.set(id, answer);
      if (from.podKey !== undefined) this.note(from.podKey, id, true);
      if (to.podKey !== undefined) this.note(to.podKey, id, false);
    }
    return answer;
  }

  private evaluate(from: PolicyPeer, to: PolicyPeer, port: number, protocol: string): boolean {
    if (from.podKey !== undefined && from.podKey === to.podKey) return true;
    const source = this.party(from);
    const target = this.party(to);
    if (from.nodeName !== undefined && target.pod?.spec.nodeName === from.nodeName) return true;
    const destination: Destination = { pod: target.pod, port, protocol };
    return (
      this.passes('Egress', source, target, destination) &&
      this.passes('Ingress', target, source, destination)
    );
  }

  private passes(direction: Direction, self: Party, other: Party, to: Destination): boolean {
    const { pod } = self;
    // FIDELITY: pods on the host's network are not subject to policies; plugins differ here.
    if (pod === undefined || pod.spec.hostNetwork === true) return true;
    let isolated = false;
    for (const rules of this.byNamespace.get(pod.metadata.namespace)?.values() ?? []) {
      if (!rules.isolates(pod, direction)) continue;
      if (rules.lets(direction, other, to)) return true;
      isolated = true;
    }
    return !isolated;
  }

  private party({ podKey, namespace: own, labels, nodeName, ip }: PolicyPeer): Party {
    const known = podKey === undefined ? undefined : this.podInformer().byKey(podKey);
    const pod = own === undefined ? known : strangerIn(own, labels);
    if (pod === undefined)
      return { pod, namespaceLabels: undefined, ip: ip ?? this.nodeIp(nodeName) };
    const namespace = this.namespaceInformer().byKey(pod.metadata.namespace);
    return { pod, namespaceLabels: namespace?.metadata.labels, ip: pod.status.podIP };
  }

  private nodeIp(nodeName: string | undefined): string | undefined {
    if (nodeName === undefined) return undefined;
    this.nodes ??= this.client.informer<Node>('nodes');
    const addresses = this.nodes.byKey(nodeName)?.status.addresses;
    return addresses?.find(({ type }) => type === 'InternalIP')?.address;
  }

  /** Pods are watched only once a policy needs them. */
  private podInformer(): Informer<Pod> {
    if (this.pods === undefined) {
      this.pods = this.client.informer<Pod>('pods');
      this.pods.addHandlers({
        added: (pod) => this.podChanged(pod),
        updated: (pod, previous) => {
          if (
            pod.metadata.labels !== previous.metadata.labels ||
            pod.status.podIP !== previous.status.podIP
          ) {
            this.podChanged(pod);
          }
        },
        deleted: (pod) => this.podChanged(pod),
      });
    }
    return this.pods;
  }

  private namespaceInformer(): Informer<Namespace> {
    if (this.namespaces === undefined) {
      this.namespaces = this.client.informer<Namespace>('namespaces');
      this.namespaces.addHandlers({ updated: () => this.forget(), deleted: () => this.forget() });
    }
    return this.namespaces;
  }

  private set(policy: NetworkPolicy, rules: PolicyRules | undefined): void {
    const { namespace = '' } = policy.metadata;
    let inNamespace = this.byNamespace.get(namespace);
    if (inNamespace === undefined) this.byNamespace.set(namespace, (inNamespace = new Map()));
    if (rules === undefined) inNamespace.delete(keyOf(policy));
    else inNamespace.set(keyOf(policy), rules);
    this.forget();
  }

  private note(podKey: string, id: string, asClient: boolean): void {
    let about = this.asked.get(podKey);
    if (about === undefined) this.asked.set(podKey, (about = { ids: [], asClient: false }));
    about.ids.push(id);
    about.asClient ||= asClient;
  }

  private podChanged(pod: Pod): void {
    const key = keyOf(pod);
    const about = this.asked.get(key);
    if (about === undefined) return;
    this.asked.delete(key);
    for (const id of about.ids) this.answers.delete(id);
    if (about.asClient) for (const listener of this.listeners) listener();
    const { podIP } = pod.status;
    if (podIP !== undefined) for (const listener of this.podListeners) listener(podIP);
  }

  private forget(): void {
    this.answers.clear();
    this.asked.clear();
    for (const listener of this.listeners) listener();
  }
}

const strangerText = ({ namespace, labels }: PolicyPeer): string =>
  namespace === undefined ? '' : `${namespace}${labelsText(labels)}`;

const texts = new WeakMap<StringMap, string>();

/** Labels as a text; the same labels are asked for again and again. */
export function labelsText(labels: StringMap | undefined): string {
  if (labels === undefined) return '{}';
  let text = texts.get(labels);
  if (text === undefined) texts.set(labels, (text = JSON.stringify(labels)));
  return text;
}

/** A pod of which nothing is known but its namespace and labels. */
const strangerIn = (namespace: string, labels: StringMap | undefined): Pod =>
  ({ metadata: { namespace, name: '', labels }, spec: {}, status: {} }) as unknown as Pod;
