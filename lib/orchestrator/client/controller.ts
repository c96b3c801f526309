/**
 * The frame of a controller of kube-controller-manager: it names itself, hooks up to informers,
 * and reconciles keys from a work queue. Controllers are level-triggered: killing one at any
 * moment and starting it anew changes nothing in the end.
 */
import type { Random } from '../sim';
import type { Client } from './client';
import { EventRecorder } from './event-recorder';
import { WorkQueue, type WorkQueueOptions } from './work-queue';

/** What a controller is given when its process starts. */
export interface ControllerContext {
  readonly client: Client;
  readonly random: Random;
  /** A recorder whose events come from the named component. */
  recorder(component: string): EventRecorder;
  /** A work queue; it is stopped with the process. */
  queue(options: Omit<WorkQueueOptions, 'client'>): WorkQueue;
}

export interface ControllerDefinition {
  /** As `kube-controller-manager --controllers` names it: `deployment-controller`. */
  readonly name: string;
  /** Sets the controller up: informers, handlers, queue. Runs once when the process starts. */
  start(context: ControllerContext): void;
}

export const controller = (definition: ControllerDefinition): ControllerDefinition => definition;

/** A process that runs controllers (kube-controller-manager) over one client. */
export class ControllerProcess {
  private readonly queues: WorkQueue[] = [];

  constructor(
    private readonly client: Client,
    private readonly random: Random,
  ) {}

  start(definitions: readonly ControllerDefinition[]): void {
    for (const definition of definitions) {
      definition.start({
        client: this.client,
        random: this.random.fork(definition.name),
        recorder: (component) => new EventRecorder(this.client, component),
        queue: (options) => {
          const queue = new WorkQueue({ ...options, client: this.client });
          this.queues.push(queue);
          return queue;
        },
      });
    }
  }

  stop(): void {
    for (const queue of this.queues) queue.stop();
    this.client.disconnect();
  }
}
