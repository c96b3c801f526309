/**
 * What the network needs to know of the programs in the pods: who has an address, whether it
 * listens, how much it can serve. The kubelets and their programs stand behind it; the cluster
 * adapts them to it.
 */

export interface ListeningPort {
  readonly port: number;
  readonly listening: boolean;
  /** The virtual instant since when it is so. */
  readonly since: number;
}

export interface PodProcess {
  /** `namespace/name`. */
  readonly podKey: string;
  readonly podUid: string;
  readonly nodeName: string;
  readonly zone?: string;
  readonly ports: readonly ListeningPort[];
  /** Requests a second that it can serve; Infinity if unbounded. */
  readonly capacityRps: number;
  /** Milliseconds that a request takes without load. */
  readonly latencyMs: number;
  /** Whether its program runs: what it has accepted it can still answer. */
  readonly alive: boolean;
}

export interface ProcessView {
  /** Who has the address; undefined if no pod does. */
  byIp(ip: string): PodProcess | undefined;
  /** Calls back after each change of what `byIp` says of an address. */
  onChange(callback: (podIp: string) => void): void;
  /** Tells a pod how many requests a second it gets now. */
  setLoad(podUid: string, rps: number): void;
}
