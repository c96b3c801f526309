import type { KubeObject } from '../../lib/orchestrator/api/object';
import type { Node } from '../../lib/orchestrator/api/objects';
import {
  NODE_TTL_ANNOTATION,
  nodeTtlController,
} from '../../lib/orchestrator/controllers/node-ttl';
import type { WriteFact } from '../../lib/orchestrator/apiserver/requests';
import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import { node } from './kit/objects';
import { Simulation } from './kit/simulation';

function cluster(): Simulation {
  return new Simulation({ controllers: [nodeTtlController], withNodes: false });
}

function add(simulation: Simulation, from: number, to: number): void {
  for (let i = from; i <= to; i++) simulation.user.create('nodes', undefined, node(`n${i}`));
  simulation.run(100);
}

const ttl = (simulation: Simulation, name: string): string | undefined =>
  simulation.user.get<Node>('nodes', undefined, name).metadata.annotations?.[NODE_TTL_ANNOTATION];

/** What a kubelet does every ten seconds. */
function heartbeat(simulation: Simulation, name: string): void {
  const known = simulation.user.get<Node>('nodes', undefined, name);
  const status = { ...known.status, phase: simulation.clock.now };
  simulation.user.updateStatus('nodes', { ...known, status } as unknown as Node);
  simulation.run(100);
}

test('Nodes that a cluster begins with say it from the start', () => {
  const cluster = new Cluster({ nodesPerZone: 33 });
  const first = (): Node => cluster.api.get<Node>('nodes', undefined, 'a-1');
  expect(first().metadata.annotations?.[NODE_TTL_ANNOTATION]).toBe('0');
  cluster.advance(5000);
  const ttlOf = (object: KubeObject | undefined): string | undefined =>
    object?.metadata.annotations?.[NODE_TTL_ANNOTATION];
  const changes = cluster.trace
    .of<WriteFact>('write')
    .filter(({ fact }) => fact.resource === 'nodes' && fact.verb === 'MODIFIED')
    .filter(({ fact }) => ttlOf(fact.object) !== ttlOf(fact.previous));
  expect(changes).toEqual([]);
});

describe('How long kubelets keep Secrets', () => {
  it('is no time in a cluster of up to 100 nodes, and 15 seconds in a larger one', () => {
    const simulation = cluster();
    add(simulation, 1, 100);
    expect(ttl(simulation, 'n100')).toBe('0');
    add(simulation, 101, 101);
    expect(ttl(simulation, 'n101')).toBe('15');
  });

  it('is told to the nodes that were there before with their next heartbeats', () => {
    const simulation = cluster();
    add(simulation, 1, 100);
    add(simulation, 101, 101);
    expect(ttl(simulation, 'n1')).toBe('0');
    heartbeat(simulation, 'n1');
    expect(ttl(simulation, 'n1')).toBe('15');
    expect(ttl(simulation, 'n2')).toBe('0');
  });

  it('changes back only when fewer than 90 nodes are left', () => {
    const simulation = cluster();
    add(simulation, 1, 101);
    const remove = (from: number, to: number): void => {
      for (let i = from; i <= to; i++) simulation.user.delete('nodes', undefined, `n${i}`);
      simulation.run(100);
    };
    remove(2, 12);
    heartbeat(simulation, 'n1');
    expect(ttl(simulation, 'n1')).toBe('15');
    remove(13, 13);
    heartbeat(simulation, 'n1');
    expect(ttl(simulation, 'n1')).toBe('0');
  });
});
