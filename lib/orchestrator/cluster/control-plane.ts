/** The processes of the control plane besides the API server, each with a client of its own. */
import { Client, ControllerProcess, type ControllerDefinition } from '../client';
import type { Api } from '../apiserver/requests';
import type { Clock, Random, Trace } from '../sim';
import { Scheduler } from '../scheduler/scheduler';
import type { Latencies } from './cluster-options';

export interface ProcessContext {
  readonly api: Api;
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly latencies: Required<Latencies>;
}

export function clientOf(context: ProcessContext, component: string, watchDelayMs: number): Client {
  const { api, clock, trace } = context;
  return new Client({ api, clock, trace, component, watchDelayMs });
}

/** A process that can be killed and started anew, losing what it had in memory. */
export class ControllerManager {
  private process: ControllerProcess | undefined;
  private starts = 0;

  constructor(
    private readonly context: ProcessContext,
    private readonly component: string,
    private readonly definitions: readonly ControllerDefinition[],
  ) {}

  start(): void {
    const { api, clock, trace, latencies } = this.context;
    const random = this.context.random.fork(`${this.component}/${this.starts++}`);
    const { component } = this;
    const watchDelayMs = latencies.controllersMs;
    const client = new Client({ api, clock, trace, component, watchDelayMs, promptly: true });
    this.process = new ControllerProcess(client, random);
    this.process.start(this.definitions);
  }

  stop(): void {
    this.process?.stop();
    this.process = undefined;
  }
}

export class SchedulerProcess {
  private scheduler: Scheduler | undefined;
  private client: Client | undefined;
  private starts = 0;

  constructor(private readonly context: ProcessContext) {}

  start(): void {
    const random = this.context.random.fork(`kube-scheduler/${this.starts++}`);
    this.client = clientOf(this.context, 'kube-scheduler', this.context.latencies.schedulerMs);
    this.scheduler = new Scheduler({ client: this.client, random });
    this.scheduler.start();
  }

  stop(): void {
    this.scheduler?.stop();
    this.client?.disconnect();
    this.scheduler = undefined;
  }
}
