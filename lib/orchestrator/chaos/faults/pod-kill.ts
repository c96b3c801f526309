/** A pod is deleted, as a person or a careless tool does; its grace period counts. */
import { fault } from '../fault';
import { podTarget } from '../pod-target';

export const podKill = fault({
  name: 'pod',
  summary: 'a pod is deleted',
  target: '[NAMESPACE/]POD',
  healable: false,
  inject(world, target) {
    const { namespace, name } = podTarget(world, target);
    world.client.delete('pods', namespace, name);
    return undefined;
  },
});
