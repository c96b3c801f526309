/**
 * The log of a container as `pods/log` has it: which instance's it is, and why there is none.
 * Stands for the pod storage's LogLocation and the kubelet's containerLogs. Leaves out following.
 */
import type { ContainerStatus, Pod } from '../api/objects';
import { badRequestError } from '../api/status-error';
import { formatMicroTime } from '../api/timestamps';
import type { ContainerLog } from '../workload';
import type { NodeAgents } from './node-agents';

/** What of a log is asked for. */
export interface LogOptions {
  /** @default the only container */
  readonly container?: string;
  /** Whether to show the instance before. @default false */
  readonly previous?: boolean;
  /** No lines before that instant, in ms since the Unix epoch. */
  readonly sinceMs?: number;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Whether each line starts with its time. @default false */
  readonly timestamps?: boolean;
}

/** Throws ApiStatusError if there is no such container, or it has not run. */
export function containerLog(
  agents: Pick<NodeAgents, 'log'>,
  pod: Pod,
  options: LogOptions,
): string {
  const name = containerOf(pod, options.container);
  if (!pod.spec.nodeName) return '';
  const id = instanceOf(pod, name, options.previous === true);
  const log = agents.log(pod.metadata.uid, id.replace(/^\w+:\/\//, ''));
  return log === undefined ? '' : textOf(log, options);
}

function containerOf({ metadata, spec }: Pod, asked: string | undefined): string {
  const { containers, initContainers = [] } = spec;
  if (asked === undefined) {
    const [first] = containers;
    if (containers.length === 1 && initContainers.length === 0) return first!.name;
    const names = containers.map(({ name }) => name).join(' ');
    const initNames = initContainers.map(({ name }) => name).join(' ');
    const others = initNames === '' ? '' : ` or one of the init containers: [${initNames}]`;
    throw badRequestError(
      `a container name must be specified for pod ${metadata.name}, choose one of: ` +
        `[${names}]${others}`,
    );
  }
  if ([...containers, ...initContainers].some(({ name }) => name === asked)) return asked;
  throw badRequestError(`container ${asked} is not valid for pod ${metadata.name}`);
}

/** The id of the instance whose log it is. */
function instanceOf({ metadata, status }: Pod, name: string, previous: boolean): string {
  const what = `container "${name}" in pod "${metadata.name}"`;
  const statuses = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  const found = statuses.find((each) => each.name === name);
  if (found === undefined) throw badRequestError(`${what} is not available`);
  const last = found.lastState.terminated?.containerID;
  if (previous) {
    if (last) return last;
    throw badRequestError(`previous terminated ${what} not found`);
  }
  const { running, terminated } = found.state;
  const id = running === undefined ? (terminated?.containerID ?? last) : found.containerID;
  if (id) return id;
  if (terminated !== undefined) throw badRequestError(`${what} is terminated`);
  throw badRequestError(`${what} is waiting to start${whyWaiting(found)}`);
}

function whyWaiting({ state }: ContainerStatus): string {
  switch (state.waiting?.reason) {
    case undefined:
      return ' - no logs yet';
    case 'ErrImagePull':
      return ": image can't be pulled";
    case 'ImagePullBackOff':
      return ': trying and failing to pull image';
    default:
      return `: ${state.waiting!.reason}`;
  }
}

function textOf({ lines, writtenAtMs }: ContainerLog, options: LogOptions): string {
  const { sinceMs = -Infinity, tailLines, limitBytes, timestamps = false } = options;
  if (writtenAtMs < sinceMs) return '';
  const shown = tailLines === undefined ? lines : lines.slice(lines.length - tailLines);
  const prefix = timestamps ? `${nanoTime(writtenAtMs)} ` : '';
  const text = shown.map((line) => `${prefix}${line}\n`).join('');
  return limitBytes === undefined ? text : cut(text, limitBytes);
}

const nanoTime = (ms: number): string => formatMicroTime(ms).replace('Z', '000Z');

const cut = (text: string, bytes: number): string =>
  Buffer.from(text).subarray(0, bytes).toString('utf8');
