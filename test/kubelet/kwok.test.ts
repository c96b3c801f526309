import { ApiServer } from '../../lib/orchestrator/apiserver/api-server';
import type { NewObject, StringMap } from '../../lib/orchestrator/api/object';
import { conditionOf } from '../../lib/orchestrator/api/objects';
import type { Node, Pod } from '../../lib/orchestrator/api/objects';
import { Client } from '../../lib/orchestrator/client';
import { Kwok } from '../../lib/orchestrator/kubelet';
import { Clock, Random, Trace } from '../../lib/orchestrator/sim';
import type { WriteFact } from '../../lib/orchestrator/apiserver/requests';
import { kinds, person } from './node';

class KwokCluster {
  readonly clock = new Clock(1_795_231_800_400);
  readonly trace = new Trace(this.clock);
  readonly api: ApiServer;

  constructor(seed = 1) {
    const { clock, trace } = this;
    const random = Random.ofSeed(seed);
    this.api = new ApiServer({ clock, random, trace, kinds, admission: [] });
    for (const [i, name] of ['node-a1', 'node-b1'].entries()) {
      this.api.create(person, 'nodes', undefined, {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name },
        spec: { podCIDR: `10.244.${i}.0/24` },
        status: {},
      } as NewObject);
    }
    const client = new Client({ api: this.api, clock, trace, component: 'kwok' });
    new Kwok({ client, clock, random }).start();
    this.advance(1000);
  }

  pod(name: string, annotations: StringMap = {}, ownerReferences: unknown[] = []): void {
    this.api.create(person, 'pods', 'default', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', annotations, ownerReferences },
      spec: {
        nodeName: 'node-a1',
        terminationGracePeriodSeconds: 30,
        containers: [{ name: 'app', image: 'api:v1' }],
      },
    } as unknown as NewObject);
  }

  get = (name: string): Pod | undefined => this.api.tryGet<Pod>('pods', 'default', name);

  delete(name: string): void {
    this.api.delete(person, 'pods', 'default', name, {});
  }

  advance(ms: number): void {
    this.clock.runUntil(this.clock.now + ms);
  }

  /** The instant of the first write after which the condition held. */
  when(name: string, condition: (pod: Pod, verb: string) => boolean): number {
    const found = this.trace
      .of<WriteFact>('write')
      .find(
        ({ fact }) =>
          fact.resource === 'pods' &&
          fact.object.metadata.name === name &&
          condition(fact.object as Pod, fact.verb),
      );
    return found?.at ?? Infinity;
  }

  fail(name: string, failed: boolean): void {
    const annotations = { 'drydock/failed': failed ? 'true' : null };
    this.api.patch(person, 'nodes', undefined, name, 'merge', { metadata: { annotations } });
  }
}

const isReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.status === 'True';
const runs = (pod: Pod): boolean => pod.status.phase === 'Running';

describe('KWOK', () => {
  test('reports nodes ready with a lease', () => {
    const cluster = new KwokCluster();
    const node = cluster.api.get<Node>('nodes', undefined, 'node-a1');
    expect(conditionOf(node, 'Ready')).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    expect(node.status.conditions!.map(({ type }) => type)).toEqual([
      'Ready',
      'MemoryPressure',
      'DiskPressure',
      'PIDPressure',
    ]);
    const leases = cluster.api.list('leases.coordination.k8s.io').items;
    expect(leases.map(({ metadata }) => metadata.name)).toEqual(['node-a1', 'node-b1']);
  });

  test('runs a pod at once, with the status of its stages, and has it Ready 2 s later', () => {
    const cluster = new KwokCluster();
    cluster.pod('web');
    cluster.advance(5000);
    const running = cluster.when('web', runs);
    expect(running).toBeLessThan(1000 + 90);
    const wait = cluster.when('web', isReady) - running;
    expect(wait).toBeGreaterThanOrEqual(2000);
    expect(wait).toBeLessThan(2060);
    const { status } = cluster.get('web')!;
    expect(status).toMatchObject({ phase: 'Running', podIP: '10.244.0.2', hostIP: '10.0.0.1' });
    expect(status.conditions!.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'PodReadyToStartContainers undefined',
      'Initialized undefined',
      'Ready undefined',
      'ContainersReady undefined',
    ]);
    expect(status.containerStatuses![0]).toMatchObject({
      imageID: '',
      ready: true,
      started: true,
      state: { running: {} },
    });
  });

  test('does what the annotations of a pod say', () => {
    const cluster = new KwokCluster();
    cluster.pod('never', { 'drydock/never-ready': 'true' });
    cluster.pod('later', { 'drydock/ready-after': '5s' });
    cluster.pod('fails', { 'drydock/exit-code': '3' });
    const job = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'j' };
    cluster.pod('job', {}, [job]);
    cluster.pod('long-job', { 'drydock/run-for': '7s' }, [job]);
    cluster.advance(20_000);
    expect(isReady(cluster.get('never')!)).toBe(false);
    const after = (name: string, is: (pod: Pod) => boolean): number =>
      Math.floor((cluster.when(name, is) - cluster.when(name, runs)) / 1000);
    expect(after('later', isReady)).toBe(5);
    expect(after('fails', (pod) => pod.status.phase === 'Failed')).toBe(1);
    expect(after('job', (pod) => pod.status.phase === 'Succeeded')).toBe(2);
    expect(after('long-job', (pod) => pod.status.phase === 'Succeeded')).toBe(7);
    expect(cluster.get('fails')!.status.containerStatuses![0]!.state.terminated).toMatchObject({
      exitCode: 3,
      reason: 'Error',
    });
  });

  test('starts pods that were made together in their order, batch after batch, ever closer', () => {
    const gaps = new Map<number, number[]>();
    for (let seed = 1; seed <= 40; seed++) {
      const cluster = new KwokCluster(seed);
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      for (const name of names) cluster.pod(name);
      cluster.advance(5000);
      const starts = names.map((name) => cluster.when(name, runs));
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
      const ready = names.map((name) => cluster.when(name, isReady));
      expect(ready).toEqual([...ready].sort((a, b) => a - b));
      for (let i = 1; i < starts.length; i++) {
        gaps.set(i, [...(gaps.get(i) ?? []), starts[i]! - starts[i - 1]!]);
      }
    }
    const middle = (i: number): number => gaps.get(i)!.sort((a, b) => a - b)[20]!;
    for (const beginsBatch of [1, 3]) {
      expect(Math.min(...gaps.get(beginsBatch)!)).toBeGreaterThanOrEqual(8);
      expect(middle(beginsBatch)).toBeGreaterThan(14);
    }
    for (const withinBatch of [2, 4, 5, 6]) expect(middle(withinBatch)).toBeLessThan(14);
  });

  test('removes a deleted pod 1 s later', () => {
    const cluster = new KwokCluster();
    cluster.pod('web');
    cluster.advance(5000);
    cluster.delete('web');
    const at = cluster.clock.now;
    cluster.advance(3000);
    const gone = cluster.when('web', (_pod, verb) => verb === 'DELETED') - at;
    expect(gone).toBeGreaterThanOrEqual(1000);
    expect(gone).toBeLessThan(1070);
  });

  test('leaves the pods of a failed node as they are until it is back', () => {
    const cluster = new KwokCluster();
    cluster.pod('web');
    cluster.advance(5000);
    cluster.fail('node-a1', true);
    cluster.advance(100);
    cluster.delete('web');
    cluster.pod('new');
    cluster.advance(60_000);
    expect(cluster.get('web')).toBeDefined();
    expect(cluster.get('new')!.status.phase).toBe('Pending');
    cluster.fail('node-a1', false);
    cluster.advance(5000);
    expect(cluster.get('web')).toBeUndefined();
    expect(isReady(cluster.get('new')!)).toBe(true);
  });
});
