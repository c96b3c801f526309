/**
 * An API server, one process with the controllers under test, and a node agent: enough of a
 * cluster to see what controllers do. What people do goes through `user`.
 */
import { ApiServer } from '../../../lib/orchestrator/apiserver/api-server';
import type { AdmissionStep } from '../../../lib/orchestrator/apiserver/admission/admission';
import type { RefusalFact, WriteFact } from '../../../lib/orchestrator/apiserver/requests';
import { Client, ControllerProcess } from '../../../lib/orchestrator/client';
import type { ControllerDefinition } from '../../../lib/orchestrator/client';
import type { KubeObject } from '../../../lib/orchestrator/api/object';
import type { Event, Pod } from '../../../lib/orchestrator/api/objects';
import { Clock, Random, Trace } from '../../../lib/orchestrator/sim';
import { kinds } from '../../../lib/orchestrator/api/kinds';
import { NodeAgent, type NodeAgentOptions } from './node-agent';

export interface SimulationOptions extends NodeAgentOptions {
  readonly controllers: readonly ControllerDefinition[];
  readonly seed?: number;
  readonly admission?: readonly AdmissionStep[];
  /** Milliseconds until the controllers see a write. @default 1 */
  readonly watchDelayMs?: number;
  /** Whether pods run at all. @default true */
  readonly withNodes?: boolean;
}

const EPOCH = 1_767_225_600_000;

export class Simulation {
  readonly clock = new Clock(EPOCH);
  readonly trace = new Trace(this.clock);
  readonly api: ApiServer;
  readonly user: Client;
  readonly agent: NodeAgent | undefined;
  private readonly random: Random;
  private process: ControllerProcess | undefined;
  private restarts = 0;

  constructor(private readonly options: SimulationOptions) {
    this.random = Random.ofSeed(options.seed ?? 1);
    const { clock, trace, random } = this;
    this.api = new ApiServer({ clock, random, trace, kinds, admission: options.admission ?? [] });
    const base = { api: this.api, clock, trace };
    this.user = new Client({ ...base, component: 'user' });
    this.user.create('namespaces', undefined, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'default' },
    });
    if (options.withNodes !== false) this.agent = new NodeAgent(base, options);
    this.startControllers();
  }

  startControllers(): void {
    const { api, clock, trace } = this;
    const client = new Client({
      api,
      clock,
      trace,
      component: 'kube-controller-manager',
      watchDelayMs: this.options.watchDelayMs ?? 1,
    });
    this.process = new ControllerProcess(client, this.random.fork(`run-${this.restarts++}`));
    this.process.start(this.options.controllers);
  }

  /** Kills kube-controller-manager and starts it anew, with all that it remembered gone. */
  restartControllers(): void {
    this.process?.stop();
    this.startControllers();
  }

  run(ms: number): void {
    this.clock.runUntil(this.clock.now + ms);
  }

  get<T extends KubeObject>(resource: string, name: string): T {
    return this.user.get<T>(resource, 'default', name);
  }

  list<T extends KubeObject>(resource: string): T[] {
    return this.user.list<T>(resource, { namespace: 'default' });
  }

  pods(): Pod[] {
    return this.list<Pod>('pods');
  }

  /** `Deployment/web Normal ScalingReplicaSet x1 Scaled up …`, in order of creation. */
  events(kind?: string): string[] {
    return this.user
      .list<Event>('events')
      .filter((event) => kind === undefined || event.involvedObject.kind === kind)
      .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
      .map((event) => {
        const { involvedObject: about, type, reason, count, message } = event;
        return `${about.kind}/${about.name} ${type} ${reason} x${count ?? 1} ${message}`;
      });
  }

  /** All committed writes of a resource. */
  writes<T extends KubeObject>(resource: string): { at: number; verb: string; object: T }[] {
    return this.trace
      .of<WriteFact>('write')
      .filter(({ fact }) => fact.resource === resource)
      .map(({ at, fact }) => ({ at, verb: fact.verb, object: fact.object as T }));
  }

  refusals(): RefusalFact[] {
    return this.trace.of<RefusalFact>('refusal').map(({ fact }) => fact);
  }
}
