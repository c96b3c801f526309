/** A kubelet cannot reach the API server; its containers run on and serve. */
import { fault, requireNode } from '../fault';

export const kubeletCutOff = fault({
  name: 'kubelet',
  summary: 'a kubelet loses the API server',
  target: 'NODE',
  healable: true,
  inject(world, target) {
    requireNode(world, target);
    world.cutOffKubelet(target);
    return undefined;
  },
  heal: (world, target) => world.reconnectKubelet(target),
});
