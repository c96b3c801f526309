/** Programs in pods that do what a test tells them. */
import type { PodProcess, ProcessView } from '../../lib/orchestrator/network/process-view';
import type { BareCluster } from './bare-cluster';

export class FakeProcesses implements ProcessView {
  readonly loads = new Map<string, number>();
  private readonly processes = new Map<string, PodProcess>();
  private readonly callbacks: ((ip: string) => void)[] = [];

  constructor(private readonly cluster: BareCluster) {}

  byIp(ip: string): PodProcess | undefined {
    return this.processes.get(ip);
  }

  onChange(callback: (podIp: string) => void): void {
    this.callbacks.push(callback);
  }

  setLoad(podUid: string, rps: number): void {
    this.loads.set(podUid, rps);
  }

  /** Starts or changes the program of the pod that has the address. */
  set(ip: string, change: Partial<PodProcess> & { listening?: boolean } = {}): void {
    const { listening = true, ...rest } = change;
    const known = this.processes.get(ip);
    const since = this.cluster.clock.now;
    this.processes.set(ip, {
      podKey: `default/${ip}`,
      podUid: `uid-${ip}`,
      nodeName: 'node-a',
      capacityRps: Infinity,
      latencyMs: 5,
      alive: true,
      ...known,
      ports: [{ port: 8080, listening, since }],
      ...rest,
    });
    this.tell(ip);
  }

  end(ip: string): void {
    this.set(ip, { alive: false, listening: false });
  }

  remove(ip: string): void {
    this.processes.delete(ip);
    this.tell(ip);
  }

  private tell(ip: string): void {
    for (const callback of this.callbacks) callback(ip);
  }
}
