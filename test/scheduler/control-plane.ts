/** An API server with a scheduler and nothing else: what tests of the scheduler run against. */
import { kind } from '../../lib/orchestrator/api/kinds/define';
import type { KindDefinition } from '../../lib/orchestrator/api/kind';
import type { KubeObject, NewObject } from '../../lib/orchestrator/api/object';
import type { Event, Node, Pod } from '../../lib/orchestrator/api/objects';
import { ApiServer } from '../../lib/orchestrator/apiserver/api-server';
import { Client } from '../../lib/orchestrator/client';
import type { ScheduleFact } from '../../lib/orchestrator/scheduler/schedule-fact';
import { Scheduler, type SchedulerOptions } from '../../lib/orchestrator/scheduler/scheduler';
import { Clock, Random, Trace } from '../../lib/orchestrator/sim';

/** 2026-01-01T00:00:00Z. */
const EPOCH_MS = 1_767_225_600_000;

const pods = kind({
  apiVersion: 'v1',
  plural: 'pods',
  generation: 'spec',
  prepareForCreate(draft) {
    draft['status'] = { phase: 'Pending', ...(draft['status'] as object | undefined) };
  },
});

const kinds: readonly KindDefinition[] = [
  pods,
  ...[
    ['v1', 'nodes'],
    ['v1', 'namespaces'],
    ['v1', 'services'],
    ['v1', 'replicationcontrollers'],
    ['v1', 'events'],
    ['v1', 'persistentvolumeclaims'],
    ['v1', 'persistentvolumes'],
    ['apps/v1', 'replicasets'],
    ['apps/v1', 'statefulsets'],
    ['storage.k8s.io/v1', 'storageclasses'],
    ['storage.k8s.io/v1', 'csinodes'],
    ['policy/v1', 'poddisruptionbudgets'],
  ].map(([apiVersion, plural]) => kind({ apiVersion: apiVersion!, plural: plural! })),
];

export type PodParts = Partial<Pod['spec']> & {
  readonly labels?: Readonly<Record<string, string>>;
  readonly cpu?: string;
  readonly memory?: string;
  readonly namespace?: string;
  readonly owner?: KubeObject;
};

export interface NodeParts {
  readonly zone?: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly pods?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: Node['spec']['taints'];
  readonly unschedulable?: boolean;
  readonly images?: Node['status']['images'];
}

export class ControlPlane {
  readonly clock = new Clock(EPOCH_MS);
  readonly trace = new Trace(this.clock);
  readonly api: ApiServer;
  readonly user: Client;
  readonly scheduler: Scheduler;

  constructor(options: Partial<SchedulerOptions> & { readonly seed?: number } = {}) {
    const random = Random.ofSeed(options.seed ?? 1);
    const { clock, trace } = this;
    this.api = new ApiServer({ clock, random, trace, kinds, admission: [] });
    this.user = new Client({ api: this.api, clock, trace, component: 'kubectl' });
    const client = new Client({ api: this.api, clock, trace, component: 'kube-scheduler' });
    this.scheduler = new Scheduler({ client, random, ...options });
    this.namespace('default');
    this.scheduler.start();
  }

  namespace(name: string, labels: Readonly<Record<string, string>> = {}): void {
    this.create('namespaces', undefined, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
    });
  }

  /** Nodes `node-a1`…, `perZone` in each of zone-a, zone-b…, as the recordings name them. */
  zones(zones: number, perZone: number, parts: NodeParts = {}): void {
    for (let z = 0; z < zones; z++) {
      const letter = String.fromCharCode(97 + z);
      for (let i = 1; i <= perZone; i++) {
        this.node(`node-${letter}${i}`, { zone: `zone-${letter}`, ...parts });
      }
    }
  }

  node(name: string, parts: NodeParts = {}): Node {
    const { zone, cpu = '4', memory = '8Gi', images } = parts;
    const allocatable = { cpu, memory, pods: parts.pods ?? '110', 'ephemeral-storage': '100Gi' };
    return this.create<Node>('nodes', undefined, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: {
          'kubernetes.io/hostname': name,
          ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
          ...parts.labels,
        },
      },
      spec: {
        ...(parts.taints === undefined ? {} : { taints: parts.taints }),
        ...(parts.unschedulable === undefined ? {} : { unschedulable: parts.unschedulable }),
      },
      status: { allocatable, capacity: allocatable, ...(images === undefined ? {} : { images }) },
    });
  }

  pod(name: string, parts: PodParts = {}): Pod {
    return this.create<Pod>('pods', parts.namespace ?? 'default', podObject(name, parts));
  }

  create<T extends KubeObject>(
    resource: string,
    namespace: string | undefined,
    object: NewObject<T>,
  ): T {
    return this.user.create<T>(resource, namespace, object);
  }

  delete(resource: string, namespace: string | undefined, name: string): void {
    this.user.delete(resource, namespace, name, { gracePeriodSeconds: 0 });
  }

  get(name: string, namespace = 'default'): Pod {
    return this.user.get<Pod>('pods', namespace, name);
  }

  nodeOf(name: string): string | undefined {
    return this.get(name).spec.nodeName;
  }

  run(ms = 1000): void {
    this.clock.runUntil(this.clock.now + ms);
  }

  /** The message of the pod's PodScheduled condition. */
  why(name: string): string | undefined {
    return this.get(name).status.conditions?.find(({ type }) => type === 'PodScheduled')?.message;
  }

  events(name: string): Event[] {
    return this.user
      .list<Event>('events')
      .filter(({ involvedObject }) => involvedObject.name === name);
  }

  facts(name: string): ScheduleFact[] {
    return this.trace
      .of<ScheduleFact>('schedule')
      .map(({ fact }) => fact)
      .filter(({ pod }) => pod === `default/${name}`);
  }
}

export function podObject(name: string, parts: PodParts = {}): NewObject<Pod> {
  const { labels, cpu, memory, namespace = 'default', owner, ...spec } = parts;
  const requests = {
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(owner === undefined
        ? {}
        : {
            ownerReferences: [
              {
                apiVersion: owner.apiVersion,
                kind: owner.kind,
                name: owner.metadata.name,
                uid: owner.metadata.uid,
                controller: true,
              },
            ],
          }),
    },
    spec: {
      containers: [
        {
          name: 'a',
          image: 'a:v1',
          imagePullPolicy: 'IfNotPresent',
          resources: { requests },
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      priority: 0,
      ...spec,
    },
  };
}
