/**
 * What a kubelet asks of the container runtime of its node, and what it hears back: the CRI of
 * the simulation. One runtime serves all nodes; what is inside the containers is its affair.
 */
import type { Container, Handler, Pod } from '../api/objects';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';
export type Signal = 'SIGTERM' | 'SIGKILL';

/** One container to run, as the kubelet hands it over. */
export interface ContainerConfig {
  /** 64 hexadecimal digits, chosen by the kubelet's random source. */
  readonly id: string;
  readonly nodeName: string;
  readonly podIP: string;
  readonly pod: Pod;
  readonly container: Container;
  /** `init`: runs to its end before the next starts; `sidecar` and `app` run beside each other. */
  readonly role: ContainerRole;
  readonly restartCount: number;
}

export type ContainerRole = 'init' | 'sidecar' | 'app';

export interface ContainerExit {
  readonly exitCode: number;
  readonly reason: string;
  /** Content of the termination message file. */
  readonly message?: string;
}

/** What a probe got; `unknown` means that the probe itself could not be run. */
export interface ProbeAnswer {
  readonly result: 'success' | 'failure' | 'unknown';
  /** What the Unhealthy event quotes. */
  readonly output: string;
  /** Milliseconds from asking to the answer. */
  readonly afterMs: number;
}

export interface HookAnswer {
  /** Milliseconds that the hook takes; Infinity if it never ends by itself. */
  readonly afterMs: number;
  /** Why it failed; absent if it did not. */
  readonly error?: string;
}

export interface PullAnswer {
  readonly durationMs: number;
  readonly sizeBytes: number;
  /** Why the registry or the runtime refused; absent if it did not. */
  readonly error?: string;
}

/** A kubelet's ears; called between events, never from within a call of the runtime. */
export interface RuntimeListener {
  /** The container's process has ended. */
  exited(containerId: string, podUid: string, exit: ContainerExit): void;
  /** Probes of the container may answer otherwise than was foreseen. */
  answersChanged(containerId: string, podUid: string): void;
}

export interface ContainerRuntime {
  /** Registers the kubelet of a node. */
  attach(nodeName: string, listener: RuntimeListener): void;

  /** Why an image name cannot be parsed, undefined if it can. */
  invalidImageName(image: string): string | undefined;
  hasImage(nodeName: string, image: string): boolean;
  /** Looks at the registry; if it is no failure, the node holds the image from then on. */
  pull(nodeName: string, image: string): PullAnswer;
  /** `sha256:…` of the image. */
  imageId(image: string): string;

  /** Starts a container's process; the text of the failure if that cannot be done. */
  start(config: ContainerConfig): string | undefined;
  /** Sends a signal to the process; harmless if it has ended. */
  signal(containerId: string, signal: Signal): void;
  /** The pod is gone from the node: forgets its processes. */
  removePod(podUid: string): void;
  /** The machine has stopped with all that ran on it; nobody is told. */
  powerOff(nodeName: string): void;

  probe(containerId: string, kind: ProbeKind, probe: Handler, timeoutMs: number): ProbeAnswer;
  /** Runs a postStart or preStop handler. */
  runHook(containerId: string, handler: Handler): HookAnswer;
  /** Until when (virtual ms) probe answers stay as they are, unless answersChanged is called. */
  answersUntil(containerId: string): number;
}
