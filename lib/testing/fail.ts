/** What can be made to fail: `cluster.fail.zone('b')`. Each returns the outage, to be healed. */
import { durationMs } from '../orchestrator/sim';
import type { Outage } from '../orchestrator/chaos';
import type { Cluster } from './cluster';
import type { Duration } from './duration';
import type { Handle } from './handles/handle';
import { UsageError } from './usage-error';

/** Injects faults. Each method throws UsageError if there is no such target. */
export class Failures {
  constructor(private readonly cluster: Cluster) {}

  /** All nodes of a zone crash. */
  zone(zone: string): Outage {
    return this.inject('zone', zone);
  }

  /** A node crashes: kubelet, containers and network at once. */
  node(node: string | Handle): Outage {
    return this.inject('node', nameOf(node));
  }

  /** A pod is deleted. */
  pod(pod: string | Handle): Outage {
    return this.inject('pod', podOf(pod));
  }

  /** The programs of a pod crash; the kubelet restarts them. */
  containers(pod: string | Handle): Outage {
    return this.inject('crash', podOf(pod));
  }

  /** A node's kubelet loses the API server; its containers run on. */
  kubelet(node: string | Handle): Outage {
    return this.inject('kubelet', nameOf(node));
  }

  /** Two zones or nodes cannot reach each other. */
  partition(a: string, b: string): Outage {
    return this.inject('partition', `${a}|${b}`);
  }

  /** Round trips between two zones or nodes take longer. */
  delay(a: string, b: string, duration: Duration): Outage {
    return this.inject('delay', `${a}|${b}:${durationMs(duration)}ms`);
  }

  /** Any fault by its name, as the CLI's `--fail` has it. */
  inject(fault: string, target: string): Outage {
    this.cluster.markChange();
    try {
      return this.cluster.core.chaos.inject(fault, target);
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(error.message);
      throw error;
    }
  }
}

const nameOf = (what: string | Handle): string => (typeof what === 'string' ? what : what.name);

const podOf = (pod: string | Handle): string =>
  typeof pod === 'string' ? pod : `${pod.namespace ?? 'default'}/${pod.name}`;
