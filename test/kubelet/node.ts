/** One node with its kubelet, an API server without controllers, and a log of what happened. */
import { ApiServer } from '../../lib/orchestrator/apiserver/api-server';
import type { Requester } from '../../lib/orchestrator/apiserver/requests';
import type { KindDefinition } from '../../lib/orchestrator/api/kind';
import { kinds as builtIn } from '../../lib/orchestrator/api/kinds';
import { kind, type KindRules } from '../../lib/orchestrator/api/kinds/define';
import type { KubeObject, NewObject } from '../../lib/orchestrator/api/object';
import type { Container, Event, Pod, PodSpec, Probe } from '../../lib/orchestrator/api/objects';
import { conditionOf } from '../../lib/orchestrator/api/objects';
import { Client } from '../../lib/orchestrator/client';
import { Kubelet, VolumeAttachments } from '../../lib/orchestrator/kubelet';
import { Clock, Random, Trace } from '../../lib/orchestrator/sim';
import type { WriteFact } from '../../lib/orchestrator/apiserver/requests';
import {
  SimulatedRuntime,
  type ImageBehaviours,
  type RegistryOptions,
} from '../../lib/orchestrator/workload';

const PLAIN: readonly KindRules[] = [
  {
    apiVersion: 'v1',
    plural: 'pods',
    generation: 'spec',
    prepareForCreate: (draft) => {
      draft['status'] = { phase: 'Pending', qosClass: 'BestEffort' };
    },
  },
  { apiVersion: 'v1', plural: 'nodes' },
  { apiVersion: 'v1', plural: 'events' },
  { apiVersion: 'v1', plural: 'configmaps' },
  { apiVersion: 'v1', plural: 'secrets' },
  { apiVersion: 'v1', plural: 'persistentvolumes' },
  { apiVersion: 'v1', plural: 'persistentvolumeclaims' },
  { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' },
];
const name = (one: KindDefinition): string => `${one.group}/${one.plural}`;
export const kinds = [
  ...builtIn,
  ...PLAIN.map(kind).filter((plain) => !builtIn.some((one) => name(one) === name(plain))),
];

export const person: Requester = { user: 'test', manager: 'test', trusted: true };
/** 2026-11-21T03:30:00.400Z: not on a whole second. */
const EPOCH_MS = 1_795_231_800_400;

export interface NodeOptions {
  readonly seed?: number;
  readonly images?: ImageBehaviours;
  readonly registry?: RegistryOptions;
  readonly cpu?: string;
  readonly memory?: string;
  readonly podCIDR?: string;
}

export class TestNode {
  readonly clock = new Clock(EPOCH_MS);
  readonly random: Random;
  readonly trace = new Trace(this.clock);
  readonly api: ApiServer;
  readonly runtime: SimulatedRuntime;
  readonly attachments = new VolumeAttachments();
  readonly kubelet: Kubelet;

  constructor(options: NodeOptions = {}) {
    const { clock, trace } = this;
    this.random = Random.ofSeed(options.seed ?? 1);
    this.api = new ApiServer({ clock, random: this.random, trace, kinds, admission: [] });
    this.runtime = new SimulatedRuntime({
      clock,
      registry: { preloaded: true, ...options.registry },
      ...(options.images === undefined ? {} : { images: options.images }),
    });
    this.kubelet = this.addNode('node-1', 0, options);
  }

  addNode(nodeName: string, index: number, options: NodeOptions): Kubelet {
    const { cpu = '2', memory = '8Gi', podCIDR = `10.244.${index}.0/24` } = options;
    const { clock, trace, api, random, runtime, attachments } = this;
    const resources = { cpu, memory, pods: '110' };
    api.create(person, 'nodes', undefined, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: nodeName },
      spec: { podCIDR },
      status: {
        capacity: resources,
        allocatable: resources,
        addresses: [{ type: 'InternalIP', address: `172.18.0.${index + 2}` }],
      },
    } as NewObject);
    const client = new Client({ api, clock, trace, component: `kubelet/${nodeName}` });
    const kubelet = new Kubelet({
      ...{ client, clock, random, trace, nodeName, runtime, attachments },
    });
    kubelet.start();
    return kubelet;
  }

  /** Creates a pod that is bound to the node already. */
  pod(podName: string, container: Partial<Container>, spec: Partial<PodSpec> = {}): Pod {
    return this.create<Pod>(
      'pods',
      podOf(podName, { containers: [container as Container], ...spec }),
    );
  }

  podObject(podName: string, spec: Partial<PodSpec>): NewObject {
    return podOf(podName, spec);
  }

  create<T extends KubeObject>(resource: string, object: NewObject): T {
    return this.api.create(person, resource, 'default', object) as unknown as T;
  }

  get(podName: string): Pod | undefined {
    return this.api.tryGet<Pod>('pods', 'default', podName);
  }

  delete(podName: string, gracePeriodSeconds?: number): void {
    this.api.delete(
      person,
      'pods',
      'default',
      podName,
      gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds },
    );
  }

  advance(ms: number): this {
    this.clock.runUntil(this.clock.now + ms);
    return this;
  }

  /** Each state that was written of a pod, with its instant. */
  history(podName: string): { at: number; verb: string; pod: Pod }[] {
    return this.trace
      .of<WriteFact>('write')
      .filter(({ fact }) => fact.resource === 'pods' && fact.object.metadata.name === podName)
      .map(({ at, fact }) => ({ at, verb: fact.verb, pod: fact.object as Pod }));
  }

  /** Events about a pod: one entry for each time that one was written. */
  events(podName: string): { at: number; text: string; event: Event }[] {
    return this.trace
      .of<WriteFact>('write')
      .filter(({ fact }) => fact.resource === 'events')
      .map(({ at, fact }) => ({ at, event: fact.object as Event }))
      .filter(({ event }) => event.involvedObject.name === podName)
      .map(({ at, event }) => ({ at, event, text: `${event.reason} ${event.message}` }));
  }

  /** Instants at which an event of a reason was written. */
  eventTimes(podName: string, reason: string): number[] {
    return this.events(podName)
      .filter(({ event }) => event.reason === reason)
      .map(({ at }) => at);
  }

  /** The pod's history in short lines, as `timeline.txt` of a recording has them. */
  timeline(podName: string): string[] {
    return [
      ...this.history(podName).map(({ at, verb, pod }) => ({ at, line: `${verb} ${brief(pod)}` })),
      ...this.events(podName).map(({ at, text, event }) => ({
        at,
        line: `event ${text} x${event.count ?? 1}`,
      })),
    ]
      .sort((a, b) => a.at - b.at)
      .map(({ at, line }) => `${at} ${line}`);
  }
}

export function podOf(podName: string, spec: Partial<PodSpec>): NewObject {
  const complete = (container: Container): Container => ({
    ...container,
    image: container.image ?? 'app:1',
    name: container.name ?? 'app',
    imagePullPolicy: container.imagePullPolicy ?? 'IfNotPresent',
    ...defaultedProbes(container),
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: podName, namespace: 'default', generation: 1 },
    spec: {
      nodeName: 'node-1',
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      ...spec,
      containers: (spec.containers ?? []).map(complete),
      ...(spec.initContainers === undefined
        ? {}
        : { initContainers: spec.initContainers.map(complete) }),
    },
  } as NewObject;
}

function defaultedProbes(container: Container): Partial<Container> {
  const result: Record<string, unknown> = {};
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
    if (container[probe] === undefined) continue;
    const defaults: Partial<Probe> = {
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    };
    result[probe] = { ...defaults, ...container[probe] };
  }
  return result;
}

export function brief(pod: Pod): string {
  const containers = [
    ...(pod.status.initContainerStatuses ?? []),
    ...(pod.status.containerStatuses ?? []),
  ].map(({ name: container, state, ready, started, restartCount, lastState }) => {
    const { waiting, terminated } = state;
    const what =
      waiting?.reason ?? (terminated ? `${terminated.reason}(${terminated.exitCode})` : 'running');
    const last = lastState.terminated ? ` last=${lastState.terminated.reason}` : '';
    return `${container}:${what} ready=${ready} started=${started} n=${restartCount}${last}`;
  });
  const conditions = ['PodReadyToStartContainers', 'Initialized', 'Ready']
    .map((type) => `${type[0]}${conditionOf(pod, type)?.status[0] ?? '-'}`)
    .join('');
  const grace = pod.metadata.deletionGracePeriodSeconds;
  return (
    `${pod.status.phase} ${pod.status.reason ?? ''} ip=${pod.status.podIP ?? '-'} ${conditions}` +
    ` ${containers.join('; ')}${grace === undefined ? '' : ` grace=${grace}`}`
  );
}
