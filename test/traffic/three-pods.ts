/** Traffic to three pods that serve, one on each node: where most stories of traffic begin. */
import type { PodProcess } from '../../lib/orchestrator/network/process-view';
import type { ClientSource, TrafficHandle, TrafficOptions } from '../../lib/orchestrator/traffic';
import { ServiceWorld } from '../network/service-world';

export const to = { service: 'default/web' };

/** Clients on one node. */
export const inside = (node: string): ClientSource => ({ kind: 'inside', nodes: [node] });

export function threePods(process: Partial<PodProcess> = {}): ServiceWorld {
  const world = new ServiceWorld();
  world.three(process);
  return world;
}

export function trafficToThreePods(
  options: Omit<TrafficOptions, 'to'>,
  process: Partial<PodProcess> = {},
): { world: ServiceWorld; traffic: TrafficHandle } {
  const world = threePods(process);
  return { world, traffic: world.traffic.start({ to, ...options }) };
}
