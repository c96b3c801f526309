/**
 * An API server with the kinds that the network needs, bare of validation, and clients on it: for
 * tests of components that need no kubelet.
 */
import { ApiServer } from '../../lib/orchestrator/apiserver/api-server';
import type { KindDefinition } from '../../lib/orchestrator/api/kind';
import type { KubeObject, NewObject, StringMap } from '../../lib/orchestrator/api/object';
import type { Node, Pod, Service } from '../../lib/orchestrator/api/objects';
import { formatTime } from '../../lib/orchestrator/api/timestamps';
import { Client } from '../../lib/orchestrator/client';
import { Clock, Random, Trace } from '../../lib/orchestrator/sim';

export class BareCluster {
  readonly clock = new Clock(1_790_000_000_000);
  readonly trace = new Trace(this.clock);
  readonly random: Random;
  readonly api: ApiServer;
  /** A person at the keyboard. */
  readonly user: Client;

  constructor(seed = 1) {
    this.random = Random.ofSeed(seed);
    const { clock, trace, random } = this;
    this.api = new ApiServer({ clock, random, trace, kinds: KINDS, admission: [] });
    this.user = this.client('kubectl');
  }

  client(component: string, watchDelayMs = 1): Client {
    const { api, clock, trace } = this;
    return new Client({ api, clock, trace, component, watchDelayMs });
  }

  run(ms: number): void {
    this.clock.runUntil(this.clock.now + ms);
  }

  node(name: string, zone: string): void {
    const ip = `192.168.0.${this.user.list('nodes').length + 1}`;
    this.user.create<Node>('nodes', undefined, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: { 'topology.kubernetes.io/zone': zone, 'kubernetes.io/hostname': name },
      },
      spec: {},
      status: { addresses: [{ type: 'InternalIP', address: ip }] },
    });
  }

  service(name: string, spec: Partial<Service['spec']> = {}, labels: StringMap = {}): Service {
    return this.user.create<Service>('services', 'default', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default', labels },
      spec: {
        type: 'ClusterIP',
        clusterIP: `10.96.0.${this.user.list('services').length + 10}`,
        selector: { app: name },
        ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 8080 }],
        ipFamilies: ['IPv4'],
        internalTrafficPolicy: 'Cluster',
        sessionAffinity: 'None',
        ...spec,
      },
      status: { loadBalancer: {} },
    });
  }

  pod(name: string, ip: string, options: PodOptions = {}): Pod {
    const { labels = { app: 'web' }, node = 'node-a', ready = true, namespace } = options;
    const { spec = {}, conditions } = options;
    const since = formatTime(this.clock.wallMs);
    return this.user.create<Pod>('pods', namespace ?? 'default', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: namespace ?? 'default', labels },
      spec: {
        containers: [
          {
            name: 'app',
            image: 'app',
            imagePullPolicy: 'IfNotPresent',
            ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          },
        ],
        nodeName: node,
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        schedulerName: 'default-scheduler',
        ...spec,
      },
      status: {
        phase: 'Running',
        podIP: ip,
        podIPs: [{ ip }],
        conditions: conditions ?? [
          { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: since },
        ],
      },
    } as NewObject<Pod>);
  }

  setReady(name: string, ready: boolean): void {
    const pod = this.user.get<Pod>('pods', 'default', name);
    const since = formatTime(this.clock.wallMs);
    const condition = {
      type: 'Ready',
      status: ready ? ('True' as const) : ('False' as const),
      lastTransitionTime: since,
    };
    this.user.updateStatus<Pod>('pods', {
      ...pod,
      status: { ...pod.status, conditions: [condition] },
    });
  }
}

export interface PodOptions {
  readonly labels?: StringMap;
  readonly namespace?: string;
  readonly node?: string;
  readonly ready?: boolean;
  readonly spec?: Partial<Pod['spec']>;
  readonly conditions?: Pod['status']['conditions'];
}

function kind(
  apiVersion: string,
  name: string,
  plural: string,
  namespaced: boolean,
  generation: KindDefinition['generation'] = 'none',
): KindDefinition {
  const [group = '', version = 'v1'] = apiVersion.includes('/')
    ? apiVersion.split('/')
    : ['', apiVersion];
  return {
    group,
    version,
    kind: name,
    plural,
    singular: name.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced,
    subresources: ['status'],
    schema: '',
    unconditionalUpdate: true,
    createOnUpdate: false,
    generation,
    columns: [],
    cells: (object: KubeObject) => [object.metadata.name],
  };
}

const KINDS: readonly KindDefinition[] = [
  kind('v1', 'Namespace', 'namespaces', false),
  kind('v1', 'Node', 'nodes', false),
  kind('v1', 'Pod', 'pods', true),
  kind('v1', 'Service', 'services', true),
  kind('v1', 'Endpoints', 'endpoints', true),
  kind('v1', 'Event', 'events', true),
  kind('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', true, 'spec'),
  kind('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', true, 'spec'),
];
