import { PodAddresses, podCidrOf } from '../../lib/orchestrator/kubelet/pods/pod-addresses';
import { TestNode } from './node';

describe("A node's pod addresses", () => {
  test('are taken one after another, from .2 on, and again when the range comes round', () => {
    const addresses = new PodAddresses('10.244.3.0/29');
    expect([addresses.allocate(), addresses.allocate()]).toEqual(['10.244.3.2', '10.244.3.3']);
    addresses.release('10.244.3.2');
    expect([addresses.allocate(), addresses.allocate(), addresses.allocate()]).toEqual([
      '10.244.3.4',
      '10.244.3.5',
      '10.244.3.6',
    ]);
    expect(addresses.allocate()).toBe('10.244.3.2');
    expect(() => addresses.allocate()).toThrow('more pods than its pod CIDR has addresses');
  });

  test('are given back once, by the end of a pod or by its deletion', () => {
    const images = { 'job:1': { exitAfter: '1s' }, 'app:1': { shutdownTime: 10 } };
    const node = new TestNode({ images, podCIDR: '10.244.0.0/29' });
    const ipOf = (name: string): string | undefined => node.get(name)!.status.podIP;
    node.pod('done', { image: 'job:1' }, { restartPolicy: 'Never' });
    node.advance(6000);
    for (const name of ['b', 'c', 'd', 'e', 'f']) {
      node.pod(name, {});
      node.advance(2000);
    }
    expect([ipOf('done'), ipOf('f')]).toEqual(['10.244.0.2', '10.244.0.2']);
    node.delete('done');
    node.delete('e');
    node.advance(3000);
    node.pod('g', {});
    node.advance(2000);
    node.delete('b');
    node.advance(3000);
    node.pod('h', {});
    node.advance(2000);
    expect([ipOf('g'), ipOf('h')]).toEqual(['10.244.0.6', '10.244.0.3']);
  });

  test('of the nodes are /24s one beside another', () => {
    expect([podCidrOf(0), podCidrOf(255), podCidrOf(256)]).toEqual([
      '10.244.0.0/24',
      '10.244.255.0/24',
      '10.245.0.0/24',
    ]);
  });
});
