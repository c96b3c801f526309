/**
 * Starts one container: back-off, image, environment, creation, postStart hook. Stands for
 * kuberuntime's startContainer; each step says how long the next one has to wait.
 */
import { formatTime } from '../../api/timestamps';
import { goDuration } from '../go-duration';
import { containerReference, formatPod, type KubeletContext } from '../kubelet-context';
import type { ContainerRecord, PodRecord, StartError } from '../pods/pod-record';
import { BackOff } from './back-off';
import type { ContainerKiller } from './container-killer';
import { missingEnvironment } from './environment';
import type { ImageManager, ImageState } from './image-manager';

const INITIAL_DELAY_MS = 10_000;
const DEFAULT_MAX_DELAY_MS = 300_000;
const START_ERROR_CODE = 128;

/** What comes next: a stage that ends after some time, or nothing more for this container. */
export type NextStep =
  | { readonly stage: 'pulling' | 'starting' | 'hook'; readonly afterMs: number }
  | { readonly stage: 'killing' }
  | undefined;

export class ContainerStarter {
  private readonly backOff: BackOff;

  constructor(
    private readonly context: KubeletContext,
    private readonly images: ImageManager,
    private readonly killer: ContainerKiller,
  ) {
    const maxMs = context.config.maxContainerRestartPeriodMs ?? DEFAULT_MAX_DELAY_MS;
    this.backOff = new BackOff(INITIAL_DELAY_MS, maxMs);
  }

  /** The pod is gone from the node. */
  forgetPod(uid: string): void {
    this.backOff.forgetPod(uid);
    this.images.forgetPod(uid);
  }

  begin(record: PodRecord, container: ContainerRecord): NextStep {
    if (this.isHeldBack(record, container)) return undefined;
    return this.withImage(record, container, this.images.ensure(record, container));
  }

  pulled(record: PodRecord, container: ContainerRecord): NextStep {
    return this.withImage(record, container, this.images.finish(record, container));
  }

  /** Creates and starts the container's next instance. */
  create(record: PodRecord, container: ContainerRecord): NextStep {
    const { clock, recorder, runtime, random, nodeName } = this.context;
    const about = containerReference(record, container);
    recorder.event(about, 'Normal', 'Created', 'Container created');
    if (container.ended !== undefined) container.last = container.ended;
    container.ended = undefined;
    container.endSeen = false;
    container.instances++;
    container.inSandbox = true;
    container.id = random.hex(8);
    container.runningImage = container.spec.image;
    container.killBecause = undefined;
    container.status = undefined;
    record.changed = true;
    const error = runtime.start({
      id: container.id,
      nodeName,
      podIP: record.ip,
      pod: record.pod,
      container: container.spec,
      role: container.role,
      restartCount: container.instances - 1,
    });
    if (error !== undefined) {
      this.couldNotRun(container, error);
      return this.fail(record, container, { reason: 'RunContainerError', message: error }, error);
    }
    container.error = undefined;
    container.running = true;
    container.startedAtMs = Math.floor(clock.wallMs / 1000) * 1000;
    container.startedAt = formatTime(clock.wallMs);
    recorder.event(about, 'Normal', 'Started', 'Container started');
    const postStart = container.spec.lifecycle?.postStart;
    if (postStart === undefined) return undefined;
    const answer = runtime.runHook(container.id, postStart);
    record.hookError = answer.error;
    return { stage: 'hook', afterMs: Number.isFinite(answer.afterMs) ? answer.afterMs : 0 };
  }

  /** The postStart hook has ended; a failed one takes the container with it. */
  hookDone(record: PodRecord, container: ContainerRecord): NextStep {
    const error = record.hookError;
    record.hookError = undefined;
    if (error === undefined || !container.running) return undefined;
    const about = containerReference(record, container);
    this.context.recorder.event(about, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
    const command = container.spec.lifecycle?.postStart?.exec?.command;
    const hook = command === undefined ? 'Http' : `Exec lifecycle hook ([${command.join(' ')}])`;
    const message =
      `${hook} for Container "${container.spec.name}" in Pod "${formatPod(record)}" failed - ` +
      `error: ${error}, message: ""`;
    container.error = { reason: 'PostStartHookError', message };
    record.failed = true;
    const graceMs = record.pod.spec.terminationGracePeriodSeconds * 1000;
    this.killer.kill(record, container, graceMs, 'FailedPostStartHook');
    return { stage: 'killing' };
  }

  private withImage(record: PodRecord, container: ContainerRecord, state: ImageState): NextStep {
    const { clock, random } = this.context;
    if (state.kind === 'pulling') {
      return { stage: 'pulling', afterMs: Math.max(0, state.doneAt - clock.now) };
    }
    if (state.kind === 'failed') {
      return this.fail(record, container, state.error, state.error.reason);
    }
    const missing = missingEnvironment(this.context, record, container);
    if (missing !== undefined) {
      const error = { reason: 'CreateContainerConfigError', message: missing };
      return this.fail(record, container, error, missing);
    }
    return { stage: 'starting', afterMs: random.int(45, 95) };
  }

  /** Whether the container has to wait since it ended; what is compared is the end last noticed. */
  private isHeldBack(record: PodRecord, container: ContainerRecord): boolean {
    const end = container.endSeen ? container.ended : container.last;
    if (end === undefined) return false;
    const { name, image } = container.spec;
    const key = `${record.uid}/${name}/${image}`;
    const now = this.context.clock.wallMs;
    const remaining = this.backOff.remaining(key, end.finishedAtMs, now);
    if (remaining === 0) {
      this.backOff.next(key, end.finishedAtMs, now);
      return false;
    }
    const pod = formatPod(record);
    this.context.recorder.event(
      containerReference(record, container),
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${name} in pod ${pod}`,
    );
    const delay = goDuration(this.backOff.delayMs(key));
    container.error = {
      reason: 'CrashLoopBackOff',
      message: `back-off ${delay} restarting failed container=${name} pod=${pod}`,
    };
    container.status = undefined;
    record.backOffMs = Math.min(record.backOffMs, remaining);
    return true;
  }

  private couldNotRun(container: ContainerRecord, message: string): void {
    const { clock } = this.context;
    const now = Math.floor(clock.wallMs / 1000) * 1000;
    container.ended = {
      finishedAtMs: now,
      terminated: {
        exitCode: START_ERROR_CODE,
        reason: 'StartError',
        message,
        startedAt: '1970-01-01T00:00:00Z',
        finishedAt: formatTime(now),
        containerID: `containerd://${container.id}`,
      },
    };
    container.running = false;
  }

  private fail(
    record: PodRecord,
    container: ContainerRecord,
    error: StartError,
    said: string,
  ): undefined {
    const about = containerReference(record, container);
    this.context.recorder.event(about, 'Warning', 'Failed', `Error: ${said}`);
    container.error = error;
    container.status = undefined;
    record.failed = true;
    return undefined;
  }
}
