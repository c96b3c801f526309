/** The node IPAM controller: gives each node a /24 of the cluster's pod network, in order of their coming. */
import type { Node } from '../api/objects';
import { controller } from '../client';

const LAST = 4 * 256;

export const nodeIpamController = controller({
  name: 'node-ipam-controller',
  start({ client, queue }) {
    const nodes = client.informer<Node>('nodes');
    const used = new Set<string>();
    const cidrAt = (index: number): string => `10.${244 + (index >> 8)}.${index & 255}.0/24`;
    const free = (): string | undefined => {
      for (let i = 0; i < LAST; i++) if (!used.has(cidrAt(i))) return cidrAt(i);
      return undefined;
    };
    const work = queue({
      name: 'node-ipam-controller',
      reconcile(name) {
        const node = nodes.byKey(name);
        if (node === undefined || node.spec.podCIDR) return;
        const cidr = free();
        if (cidr === undefined) return;
        used.add(cidr);
        const spec = { ...node.spec, podCIDR: cidr, podCIDRs: [cidr] };
        client.update<Node>('nodes', { ...node, spec });
      },
    });
    const note = (node: Node): void => {
      if (node.spec.podCIDR) used.add(node.spec.podCIDR);
      else work.add(node.metadata.name);
    };
    nodes.addHandlers({
      added: note,
      updated: note,
      deleted: (node) => void (node.spec.podCIDR && used.delete(node.spec.podCIDR)),
    });
  },
});
