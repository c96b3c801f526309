/**
 * Sees to it that a container's image is on the node. Stands for pkg/kubelet/images: one pull at
 * a time on each node, and a back-off for each pod and image that cannot be had.
 */
import { goDuration } from '../go-duration';
import { containerReference, type KubeletContext } from '../kubelet-context';
import type { ContainerRecord, PodRecord, StartError } from '../pods/pod-record';
import { BackOff } from './back-off';

const INITIAL_DELAY_MS = 10_000;
const MAX_DELAY_MS = 300_000;
/** A further pod's pull of an image that has just come only asks the registry for its manifest. */
const KNOWN_IMAGE_MS = 30;

/** The image is there, is on its way until an instant, or cannot be had. */
export type ImageState =
  | { readonly kind: 'present' }
  | { readonly kind: 'pulling'; readonly doneAt: number }
  | { readonly kind: 'failed'; readonly error: StartError };

interface Pull {
  readonly askedAt: number;
  readonly startedAt: number;
  readonly doneAt: number;
  readonly sizeBytes: number;
  readonly error: string | undefined;
}

export class ImageManager {
  private readonly backOff = new BackOff(INITIAL_DELAY_MS, MAX_DELAY_MS);
  private readonly lastErrors = new Map<string, string>();
  private readonly pulls = new Map<string, Pull>();
  /** Images on their way, and when they will be there. */
  private readonly inFlight = new Map<string, number>();
  private freeAt = 0;

  constructor(private readonly context: KubeletContext) {}

  ensure(record: PodRecord, container: ContainerRecord): ImageState {
    const { runtime, nodeName } = this.context;
    const { image, imagePullPolicy: policy } = container.spec;
    const invalid = runtime.invalidImageName(image);
    if (invalid !== undefined) {
      this.event(record, container, 'Warning', 'InspectFailed', invalid);
      return failed('InvalidImageName', invalid);
    }
    const onItsWay = (this.inFlight.get(image) ?? 0) > this.context.clock.now;
    if (policy !== 'Always' && runtime.hasImage(nodeName, image) && !onItsWay) {
      const message = `Container image "${image}" already present on machine and can be accessed by the pod`;
      this.event(record, container, 'Normal', 'Pulled', message);
      return { kind: 'present' };
    }
    if (policy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      this.event(record, container, 'Warning', 'ErrImageNeverPull', message);
      return failed('ErrImageNeverPull', message);
    }
    return this.pull(record, container, onItsWay);
  }

  /** The pod is gone from the node. */
  forgetPod(uid: string): void {
    this.backOff.forgetPod(uid);
    if (this.lastErrors.size === 0) return;
    for (const key of this.lastErrors.keys()) if (key.startsWith(uid)) this.lastErrors.delete(key);
  }

  /** The pull that `ensure` began has come to its end. */
  finish(record: PodRecord, container: ContainerRecord): ImageState {
    const { image } = container.spec;
    const key = `${record.uid}/${image}`;
    const pull = this.pulls.get(key);
    this.pulls.delete(key);
    if (pull === undefined) return { kind: 'present' };
    const now = this.context.clock.now;
    if (pull.error !== undefined) {
      const message = `Failed to pull image "${image}": ${pull.error}`;
      this.event(record, container, 'Warning', 'Failed', message);
      this.backOff.next(key, now, now);
      this.lastErrors.set(key, pull.error);
      return failed('ErrImagePull', pull.error);
    }
    this.backOff.forget(key);
    this.lastErrors.delete(key);
    const took = goDuration(pull.doneAt - pull.startedAt);
    const all = goDuration(pull.doneAt - pull.askedAt);
    this.event(
      record,
      container,
      'Normal',
      'Pulled',
      `Successfully pulled image "${image}" in ${took} (${all} including waiting). ` +
        `Image size: ${pull.sizeBytes} bytes.`,
    );
    return { kind: 'present' };
  }

  private pull(record: PodRecord, container: ContainerRecord, onItsWay: boolean): ImageState {
    const { runtime, nodeName, clock } = this.context;
    const { image } = container.spec;
    const key = `${record.uid}/${image}`;
    if (this.backOff.waits(key, clock.now)) {
      const message = `Back-off pulling image "${image}"`;
      this.event(record, container, 'Normal', 'BackOff', message);
      const why = this.lastErrors.get(key) ?? '';
      return failed('ImagePullBackOff', `${message}: ErrImagePull: ${why}`);
    }
    this.event(record, container, 'Normal', 'Pulling', `Pulling image "${image}"`);
    const known = onItsWay || runtime.hasImage(nodeName, image);
    const answer = runtime.pull(nodeName, image);
    const startedAt = Math.max(clock.now, this.freeAt);
    const duration = known ? KNOWN_IMAGE_MS : answer.durationMs;
    const doneAt = startedAt + duration;
    this.freeAt = doneAt;
    if (answer.error === undefined && !known) this.inFlight.set(image, doneAt);
    const { sizeBytes, error } = answer;
    this.pulls.set(key, { askedAt: clock.now, startedAt, doneAt, sizeBytes, error });
    return { kind: 'pulling', doneAt };
  }

  private event(
    record: PodRecord,
    container: ContainerRecord,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): void {
    this.context.recorder.event(containerReference(record, container), type, reason, message);
  }
}

const failed = (reason: string, message: string): ImageState => ({
  kind: 'failed',
  error: { reason, message },
});
