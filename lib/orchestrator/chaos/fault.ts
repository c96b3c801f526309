/**
 * A fault: something that goes wrong with the machines, the network or the pods, and that can be
 * healed. Faults act on the world below Kubernetes, or ask the API server as a person would.
 */
import type { Client } from '../client';
import type { NetworkFaults } from '../network';
import type { Clock, Random, Trace } from '../sim';

/** The machines and the network as faults can get at them; the cluster plugs them in. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  /** Requests of whoever breaks things on purpose. */
  readonly client: Client;
  readonly network: NetworkFaults;
  readonly nodes: readonly { readonly name: string; readonly zone: string }[];
  /** The machine stops: kubelet, containers, network card. */
  crashNode(node: string): void;
  recoverNode(node: string): void;
  /** The kubelet can no longer reach the API server. */
  cutOffKubelet(node: string): void;
  reconnectKubelet(node: string): void;
  /** Kills the programs of a pod's containers, as an out-of-memory or a bug does. */
  killContainers(namespace: string, pod: string): void;
}

/** What a fault needs to undo itself; plain values. */
export type Damage = Readonly<Record<string, unknown>> | undefined;

export interface FaultDefinition {
  /** `zone`: as the CLI's `--fail zone=b` and the trace name it. */
  readonly name: string;
  /** One line for help texts. */
  readonly summary: string;
  /** What a target looks like: `ZONE`, `NODE`, `NAMESPACE/POD`. */
  readonly target: string;
  /** Whether it can be healed; a killed pod cannot. */
  readonly healable: boolean;
  /** @throws RangeError if there is no such target, naming those that there are */
  inject(world: World, target: string): Damage;
  heal?(world: World, target: string, damage: Damage): void;
}

/** In the trace: a fault began or ended. */
export interface FaultFact {
  readonly type: 'fault';
  readonly fault: string;
  readonly target: string;
  readonly phase: 'injected' | 'healed';
}

export const fault = (definition: FaultDefinition): FaultDefinition => definition;

/** @throws RangeError */
export function requireNode(world: World, name: string): void {
  if (world.nodes.some((node) => node.name === name)) return;
  throw new RangeError(
    `unknown node '${name}'. ${listOf(
      'nodes',
      world.nodes.map((n) => n.name),
    )}`,
  );
}

/** The names of a zone's nodes. @throws RangeError */
export function nodesOfZone(world: World, zone: string): string[] {
  const names = world.nodes.filter((node) => node.zone === zone).map((node) => node.name);
  if (names.length > 0) return names;
  const zones = [...new Set(world.nodes.map((node) => node.zone))];
  throw new RangeError(`unknown zone '${zone}'. ${listOf('zones', zones)}`);
}

function listOf(what: string, names: readonly string[]): string {
  const shown = names
    .slice(0, 12)
    .map((name) => `'${name}'`)
    .join(', ');
  return `The cluster has ${what} ${shown}${names.length > 12 ? ' and more' : ''}.`;
}
