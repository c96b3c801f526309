/** The programs in a pod die; the kubelet restarts them with back-off. */
import { fault } from '../fault';
import { podTarget } from '../pod-target';

export const containerCrash = fault({
  name: 'crash',
  summary: "a pod's containers crash",
  target: '[NAMESPACE/]POD',
  healable: false,
  inject(world, target) {
    const { namespace, name } = podTarget(world, target);
    world.killContainers(namespace, name);
    return undefined;
  },
});
