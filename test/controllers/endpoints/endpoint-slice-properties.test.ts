/** Whatever happens to pods and slices, in the end the slices name the pods that they should. */
import type { EndpointSlice, Pod } from '../../../lib/orchestrator/api/objects';
import { isPodReady, isTerminal } from '../../../lib/orchestrator/api/objects';
import { ControllerProcess } from '../../../lib/orchestrator/client';
import { endpointSliceController } from '../../../lib/orchestrator/controllers/endpoints/endpoint-slice-controller';
import { BareCluster } from '../../network/bare-cluster';

const RESOURCE = 'endpointslices.discovery.k8s.io';

function play(seed: number, steps: number): BareCluster {
  const cluster = new BareCluster(seed);
  const random = cluster.random.fork('test');
  for (const zone of ['a', 'b', 'c']) cluster.node(`node-${zone}`, `zone-${zone}`);
  const client = cluster.client('kube-controller-manager', random.int(1, 30));
  new ControllerProcess(client, cluster.random).start([endpointSliceController]);
  cluster.service('web');
  let created = 0;
  const pods = (): Pod[] => cluster.user.list<Pod>('pods');
  const somePod = (act: (pod: Pod) => void): void => {
    const all = pods();
    if (all.length > 0) act(random.pick(all));
  };
  const create = (): void => {
    created++;
    cluster.pod(`web-${created}`, `10.244.${created >> 8}.${created & 255}`, {
      ready: random.float() < 0.5,
      node: `node-${random.pick(['a', 'b', 'c'])}`,
    });
  };
  const acts: readonly (() => void)[] = [
    () => {
      for (let i = random.int(1, 60); i > 0; i--) create();
    },
    () => somePod((pod) => cluster.setReady(pod.metadata.name, !isPodReady(pod))),
    () => somePod(({ metadata }) => cluster.user.delete('pods', 'default', metadata.name)),
    () => {
      for (let i = random.int(1, 40); i > 0; i--) {
        somePod(({ metadata }) =>
          cluster.user.delete('pods', 'default', metadata.name, { gracePeriodSeconds: 0 }),
        );
      }
    },
    () =>
      somePod((pod) =>
        cluster.user.updateStatus<Pod>('pods', {
          ...pod,
          status: { ...pod.status, phase: random.pick(['Failed', 'Succeeded']) },
        }),
      ),
    () => {
      const slices = cluster.user.list<EndpointSlice>(RESOURCE);
      if (slices.length === 0) return;
      const { name } = random.pick(slices).metadata;
      cluster.user.delete(RESOURCE, 'default', name);
    },
  ];
  for (let i = 0; i < steps; i++) {
    random.pick(acts)();
    cluster.run(random.int(0, 40));
  }
  cluster.run(30_000);
  return cluster;
}

const SEEDS = Array.from({ length: 25 }, (_, index) => index + 1);

describe('after any history', () => {
  it.each(SEEDS)('slices name each pod once, as it is (seed %i)', (seed) => {
    const cluster = play(seed, 40);
    const named = cluster.user
      .list<EndpointSlice>(RESOURCE)
      .flatMap(({ endpoints }) => endpoints ?? [])
      .map(({ addresses, conditions, targetRef, nodeName }) =>
        JSON.stringify([addresses[0], targetRef!.uid, nodeName, conditions]),
      );
    const expected = cluster.user
      .list<Pod>('pods')
      .filter((pod) => !isTerminal(pod))
      .map((pod) => {
        const serving = isPodReady(pod);
        const terminating = pod.metadata.deletionTimestamp !== undefined;
        const conditions = { ready: serving && !terminating, serving, terminating };
        return JSON.stringify([pod.status.podIP, pod.metadata.uid, pod.spec.nodeName, conditions]);
      });
    expect(named.sort()).toEqual(expected.sort());
  });

  it.each(SEEDS)('no slice is above 100, or empty beside others (seed %i)', (seed) => {
    const sizes = play(seed, 40)
      .user.list<EndpointSlice>(RESOURCE)
      .map(({ endpoints }) => endpoints?.length ?? 0);
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    if (sizes.length > 1) expect(Math.min(...sizes)).toBeGreaterThan(0);
  });

  it('a seed gives the same trace again', () => {
    const trace = (): string => [...play(5, 30).trace.lines()].join('\n');
    expect(trace()).toBe(trace());
  });
});
