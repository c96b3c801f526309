/** A bare cluster with endpoints, proxies and programs that a test commands. */
import type { Pod } from '../../lib/orchestrator/api/objects';
import { ControllerProcess } from '../../lib/orchestrator/client';
import { endpointSliceController } from '../../lib/orchestrator/controllers/endpoints/endpoint-slice-controller';
import { Network, type NetworkOptions } from '../../lib/orchestrator/network';
import type { PodProcess } from '../../lib/orchestrator/network/process-view';
import { Traffic } from '../../lib/orchestrator/traffic';
import { BareCluster, type PodOptions } from './bare-cluster';
import { FakeProcesses } from './fake-processes';

export class ServiceWorld extends BareCluster {
  readonly processes = new FakeProcesses(this);
  readonly network: Network;
  readonly traffic: Traffic;

  constructor(seed = 1, options: Partial<NetworkOptions> = {}) {
    super(seed);
    for (const zone of ['a', 'b', 'c']) this.node(`node-${zone}`, `zone-${zone}`);
    const manager = this.client('kube-controller-manager');
    new ControllerProcess(manager, this.random).start([endpointSliceController]);
    const { clock, trace, random, processes } = this;
    const client = this.client('kube-proxy', 2);
    this.network = new Network({ client, random, processes, ...options });
    this.traffic = new Traffic({ clock, trace, random, network: this.network });
  }

  /** A ready pod with a program that listens. */
  serve(
    name: string,
    ip: string,
    options: PodOptions & { process?: Partial<PodProcess> } = {},
  ): Pod {
    const { node = 'node-a', process } = options;
    const pod = this.pod(name, ip, options);
    this.processes.set(ip, {
      podKey: `default/${name}`,
      podUid: pod.metadata.uid,
      nodeName: node,
      ...process,
    });
    return pod;
  }

  /** Deletes a pod: it is terminating from now on. */
  terminate(name: string): void {
    this.user.delete('pods', 'default', name);
  }

  /** Three pods behind the service `web`, one on each node. */
  three(process: Partial<PodProcess> = {}): void {
    this.service('web');
    this.serve('web-1', '10.244.0.1', { node: 'node-a', process });
    this.serve('web-2', '10.244.1.1', { node: 'node-b', process });
    this.serve('web-3', '10.244.2.1', { node: 'node-c', process });
    this.run(2000);
  }
}
