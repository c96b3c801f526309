/** How a plugin stands in the registry: how it is made, what it is given, and what it weighs. */
import type { Client } from '../../client';
import type { SchedulerCache } from '../cache/scheduler-cache';
import type { SchedulerInformers } from '../informers';
import type { PodStatusWriter } from '../pod-status-writer';
import type { Nominator } from '../queue/nominator';
import type { SchedulerEventRecorder } from '../scheduler-event-recorder';
import type { Framework } from './framework';
import type { AnyPlugin } from './plugin';

/** An entry of the registry. */
export interface PluginEntry {
  create(context: PluginContext): AnyPlugin;
  /** How much its normalized score counts. @default 1 */
  readonly weight?: number;
}

/** What plugins can reach. */
export interface PluginContext {
  readonly cache: SchedulerCache;
  readonly client: Client;
  readonly informers: SchedulerInformers;
  readonly nominator: Nominator;
  readonly recorder: SchedulerEventRecorder;
  readonly statuses: PodStatusWriter;
  readonly schedulerName: string;
  /** The framework that runs the plugins; there once all plugins are. */
  framework(): Framework;
  /** To be called when preEnqueue may let a pod in that it held back. */
  reconsider(uid: string): void;
}
