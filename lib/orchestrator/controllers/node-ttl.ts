/**
 * The TTL controller: tells each kubelet by an annotation how long it may keep Secrets and
 * ConfigMaps before it asks again. The larger the cluster the longer; the sizes overlap, so that a
 * cluster at a border does not rewrite its nodes with each that comes or goes.
 */
import type { Node } from '../api/objects';
import { controller } from '../client';

export const NODE_TTL_ANNOTATION = 'node.alpha.kubernetes.io/ttl';

interface Step {
  readonly fewest: number;
  readonly most: number;
  readonly seconds: number;
}

const STEPS: readonly Step[] = [
  { fewest: 0, most: 100, seconds: 0 },
  { fewest: 90, most: 500, seconds: 15 },
  { fewest: 450, most: 1000, seconds: 30 },
  { fewest: 900, most: 2000, seconds: 60 },
  { fewest: 1800, most: Infinity, seconds: 300 },
];

/** What the nodes of a cluster say that has grown to so many. */
export const nodeTtlSeconds = (nodes: number): number =>
  STEPS.find(({ most }) => nodes <= most)!.seconds;

export const nodeTtlController = controller({
  name: 'ttl-controller',
  start({ client, queue }) {
    const nodes = client.informer<Node>('nodes');
    let step = 0;
    const isCurrent = ({ metadata }: Node): boolean =>
      metadata.annotations?.[NODE_TTL_ANNOTATION] === String(STEPS[step]!.seconds);
    const work = queue({
      name: 'ttlcontroller',
      reconcile(name) {
        const node = nodes.byKey(name);
        if (node === undefined || isCurrent(node)) return;
        const annotations = { [NODE_TTL_ANNOTATION]: String(STEPS[step]!.seconds) };
        client.patch('nodes', undefined, name, 'strategic', { metadata: { annotations } });
      },
    });
    // A node that was there before hears of a new step with its next heartbeat.
    const look = (node: Node): void => {
      if (!isCurrent(node)) work.add(node.metadata.name);
    };
    nodes.addHandlers({
      added: (node) => {
        if (nodes.size > STEPS[step]!.most) step++;
        look(node);
      },
      updated: look,
      deleted: () => {
        if (nodes.size < STEPS[step]!.fewest) step--;
      },
    });
  },
});
