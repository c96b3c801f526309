/** NodePorts: two pods on a node cannot bind the same host port. */
import type { Pod } from '../../api/objects';
import type { NodeInfo } from '../cache/node-info';
import type { HostPort } from '../cache/pod-info';
import type { Cycle } from '../framework/cycle';
import { type FilterPlugin, type PreFilterPlugin, SKIP } from '../framework/plugin';
import type { PluginEntry } from '../framework/plugin-entry';
import { rejection } from '../framework/rejection';
import { type ClusterEvent, EVENT } from '../queue/cluster-event';

const NAME = 'NodePorts';
const REJECTED = rejection(NAME, "node(s) didn't have free ports for the requested pod ports");
const ANY_ADDRESS = '0.0.0.0';

class NodePorts implements PreFilterPlugin, FilterPlugin {
  readonly name = NAME;
  readonly local = true;
  readonly events = EVENT.nodeAdd | EVENT.assignedPodDelete;

  preFilter({ info }: Cycle): typeof SKIP | undefined {
    return info.hostPorts.length === 0 ? SKIP : undefined;
  }

  filter({ info }: Cycle, node: NodeInfo): typeof REJECTED | undefined {
    for (const port of info.hostPorts) if (isTaken(port, node)) return REJECTED;
    return undefined;
  }

  queueAgain(pod: Pod, { kind, object }: ClusterEvent): boolean {
    if (kind === EVENT.nodeAdd) return true;
    const gone = new Set(portsOf(object as Pod));
    return portsOf(pod).some((port) => gone.has(port));
  }
}

function isTaken({ ip, protocol, port }: HostPort, node: NodeInfo): boolean {
  const addresses = node.hostPorts.get(`${protocol}/${port}`);
  if (addresses === undefined) return false;
  return ip === ANY_ADDRESS || addresses.has(ip) || addresses.has(ANY_ADDRESS);
}

const portsOf = ({ spec: { containers, initContainers = [] } }: Pod): string[] =>
  [...containers, ...initContainers].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol }) => (hostPort ? [`${protocol}/${hostPort}`] : [])),
  );

export const nodePorts: PluginEntry = { create: () => new NodePorts() };
