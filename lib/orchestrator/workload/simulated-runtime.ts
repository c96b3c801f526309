/**
 * The container runtime of the simulation: runs the programs that images stand for. Stands for
 * containerd, the registry and the programs themselves, on all nodes of a cluster.
 * FIDELITY: programs do not interfere; a node whose CPU is overcommitted slows nobody down.
 */
import type { Handler } from '../api/objects';
import { controllerOf } from '../api/object';
import { cancel, type Clock, type Random, type Timer } from '../sim';
import type {
  ContainerConfig,
  ContainerExit,
  ContainerRuntime,
  HookAnswer,
  ProbeAnswer,
  ProbeKind,
  PullAnswer,
  RuntimeListener,
  Signal,
} from '../kubelet';
import { Behaviours, type ImageBehaviours } from './behaviours';
import { ContainerLogs, type ContainerLog } from './container-logs';
import { ImageRegistry, type RegistryOptions } from './image-registry';
import { answersUntil, hookAnswer, missingCommand, probeAnswer } from './probe-answers';
import type { ImageBehaviour, ProgramModel } from './image-behaviour';
import { newProcess, portOf } from './new-process';
import { latencyOf, memoryBytesOf, type Process } from './process';
import { ProcessTable } from './process-table';

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  /** What is in the images, by name, `*` for anything. */
  readonly images?: ImageBehaviours;
  readonly registry?: RegistryOptions;
  /** The table of programs to fill. @default one of the runtime's own */
  readonly processes?: ProcessTable;
  /** For the differences between pulls. @default pulls of one image take alike */
  readonly random?: Random;
  /** How many CPUs a program without a limit may use, by node. @default 4 CPUs */
  readonly nodeCpuMilli?: (nodeName: string) => number;
}

/** An end that is to come. */
interface Ending {
  readonly containerId: string;
  readonly exit: ContainerExit;
}

const DEFAULT_CPU_MILLI = 4000;
const KILLED: ContainerExit = { exitCode: 137, reason: 'Error' };
const OOM_KILLED: ContainerExit = { exitCode: 137, reason: 'OOMKilled' };
const KILL_MS = 4;
const NOT_CREATED =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: ' +
  'runc create failed: ';

export class SimulatedRuntime implements ContainerRuntime {
  readonly processes: ProcessTable;
  readonly registry: ImageRegistry;
  private readonly behaviours: Behaviours;
  private readonly running = new Map<string, Process>();
  private readonly listeners = new Map<string, RuntimeListener>();
  private readonly overloaded = new Set<string>();
  private readonly logs = new ContainerLogs();
  private readonly clock: Clock;
  private readonly endings: Timer<Ending>;
  private readonly memoryChecks: Timer<string>;

  constructor(private readonly options: SimulatedRuntimeOptions) {
    this.clock = options.clock;
    this.behaviours = new Behaviours(options.images);
    this.registry = new ImageRegistry(
      this.behaviours,
      options.registry,
      options.random?.fork('registry'),
    );
    this.processes = options.processes ?? new ProcessTable(() => this.clock.now);
    this.processes.onLoad((process) => this.loadChanged(process));
    this.endings = this.clock.timer<Ending>('containerd: exit', (e) => this.end(e));
    this.memoryChecks = this.clock.timer<string>('containerd: memory', (id) => {
      const process = this.running.get(id);
      if (process !== undefined) this.checkMemory(process);
    });
  }

  attach(nodeName: string, listener: RuntimeListener): void {
    this.listeners.set(nodeName, listener);
  }

  invalidImageName(image: string): string | undefined {
    return this.registry.invalidName(image);
  }

  hasImage(nodeName: string, image: string): boolean {
    return this.registry.has(nodeName, image);
  }

  pull(nodeName: string, image: string): PullAnswer {
    return this.registry.pull(nodeName, image);
  }

  imageId(image: string): string {
    return this.registry.id(image);
  }

  start(config: ContainerConfig): string | undefined {
    const { container, pod, role } = config;
    const isJob = controllerOf(pod)?.kind === 'Job';
    const model = this.behaviours.program(container, role, isJob);
    const missing = missingCommand({ model }, container.command ?? []);
    if (missing !== undefined) return NOT_CREATED + missing;
    const nodeCpu = this.options.nodeCpuMilli?.(config.nodeName) ?? DEFAULT_CPU_MILLI;
    const process = newProcess(config, model, nodeCpu, this.clock.now);
    this.running.set(process.containerId, process);
    if (model.logs.length > 0) this.write(process, model.logs);
    if (model.exitAfterMs !== Infinity) this.endAfter(process, model.exitAfterMs, ownEnd(model));
    if (model.memoryAfter !== undefined) {
      this.memoryChecks.after(model.memoryAfter.afterMs, process.containerId);
    }
    this.processes.add(process);
    this.checkMemory(process);
    return undefined;
  }

  signal(containerId: string, signal: Signal): void {
    const process = this.running.get(containerId);
    if (process === undefined) return;
    const { now } = this.clock;
    const { model } = process;
    if (signal === 'SIGKILL') {
      process.listensUntil = Math.min(process.listensUntil, now);
      this.endAfter(process, KILL_MS, KILLED);
      this.processes.changed(process);
      return;
    }
    if (process.terminating || model.onSigterm === 'ignore') return;
    process.terminating = true;
    const dies = model.onSigterm === 'die';
    const endsAt = now + (dies ? 1 : Math.max(1, model.shutdownMs));
    const closesAt = model.onSigterm === 'serve-on' ? endsAt : now;
    process.listensUntil = Math.min(process.listensUntil, closesAt);
    const exitCode = model.sigtermExitCode;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    this.endAfter(process, endsAt - now, { exitCode, reason });
    this.changed(process);
  }

  removePod(podUid: string): void {
    for (const view of [...this.processes.ofPod(podUid)]) {
      const process = this.running.get(view.containerId);
      if (process !== undefined) this.vanish(process);
    }
    this.logs.removePod(podUid);
  }

  /** Says what is in the images of that name from now on; containers that run stay as they are. */
  setBehaviour(match: string, behaviour: ImageBehaviour): void {
    this.behaviours.set(match, behaviour);
  }

  /**
   * Ends the programs of a pod at once, as a bug or the kernel does; the kubelet notices later.
   * @param container only that one; all of the pod if absent
   */
  crash(podUid: string, container?: string, exit: ContainerExit = KILLED): void {
    for (const view of [...this.processes.ofPod(podUid)]) {
      const process = this.running.get(view.containerId);
      if (process === undefined) continue;
      if (container !== undefined && container !== process.containerName) continue;
      process.listensUntil = Math.min(process.listensUntil, this.clock.now);
      this.endAfter(process, 0, exit);
      this.changed(process);
    }
  }

  powerOff(nodeName: string): void {
    for (const process of [...this.running.values()]) {
      if (process.nodeName === nodeName) this.vanish(process);
    }
  }

  probe(containerId: string, kind: ProbeKind, handler: Handler, timeoutMs: number): ProbeAnswer {
    const process = this.running.get(containerId);
    if (process === undefined) return { result: 'unknown', output: GONE, afterMs: 1 };
    const port = portOf(handler, process.container);
    return probeAnswer(process, { kind, handler, timeoutMs, port }, this.clock.now);
  }

  runHook(containerId: string, handler: Handler): HookAnswer {
    const process = this.running.get(containerId);
    if (process === undefined) return { afterMs: 1, error: GONE };
    const missing = missingCommand(process, handler.exec?.command ?? []);
    if (missing !== undefined) return { afterMs: 5, error: missing };
    const port = portOf(handler, process.container);
    return hookAnswer(process, handler, port, this.clock.now);
  }

  answersUntil(containerId: string): number {
    const process = this.running.get(containerId);
    return process === undefined ? Infinity : answersUntil(process, this.clock.now);
  }

  /** What a container of a pod has written; undefined if nothing, or if it is forgotten. */
  log(podUid: string, containerId: string): ContainerLog | undefined {
    return this.logs.of(podUid, containerId);
  }

  private loadChanged(process: Process): void {
    const overloaded = latencyOf(process) === Infinity;
    this.checkMemory(process);
    if (overloaded !== this.overloaded.has(process.containerId)) {
      if (overloaded) this.overloaded.add(process.containerId);
      else this.overloaded.delete(process.containerId);
      this.changed(process);
    }
  }

  private checkMemory(process: Process): void {
    if (process.oomKilled) return;
    if (memoryBytesOf(process, this.clock.now) <= process.memoryLimitBytes) return;
    process.oomKilled = true;
    process.listensUntil = Math.min(process.listensUntil, this.clock.now);
    this.endAfter(process, KILL_MS, OOM_KILLED);
    this.changed(process);
  }

  /** Tells those who watch the table, and the kubelet, that the program answers otherwise now. */
  private changed(process: Process): void {
    this.processes.changed(process);
    this.listeners.get(process.nodeName)?.answersChanged(process.containerId, process.podUid);
  }

  private endAfter(process: Process, ms: number, exit: ContainerExit): void {
    const { exitEvent } = process;
    if (exitEvent !== undefined && !exitEvent.cancelled && exitEvent.at <= this.clock.now + ms)
      return;
    cancel(exitEvent);
    process.exitEvent = this.endings.after(ms, { containerId: process.containerId, exit });
  }

  private end({ containerId, exit }: Ending): void {
    const process = this.running.get(containerId);
    if (process === undefined) return;
    this.vanish(process);
    this.listeners.get(process.nodeName)?.exited(containerId, process.podUid, exit);
  }

  private vanish(process: Process): void {
    cancel(process.exitEvent);
    process.listensUntil = Math.min(process.listensUntil, this.clock.now);
    this.running.delete(process.containerId);
    this.overloaded.delete(process.containerId);
    this.processes.remove(process);
  }

  private write(process: Process, lines: readonly string[]): void {
    const { podUid, containerId, containerName } = process;
    this.logs.write(podUid, { containerId, containerName, writtenAtMs: this.clock.wallMs, lines });
  }
}

const GONE = 'container is not running';

function ownEnd(model: ProgramModel): ContainerExit {
  const { exitCode, terminationMessage } = model;
  return {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    ...(terminationMessage === undefined ? {} : { message: terminationMessage }),
  };
}
