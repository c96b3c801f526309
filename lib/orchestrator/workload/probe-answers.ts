/**
 * What a probe of a program gets, in the words of the kubelet's prober: HTTP status, refused
 * connection, timeout, exit code.
 */
import type { Handler } from '../api/objects';
import type { HookAnswer, ProbeAnswer, ProbeKind } from '../kubelet';
import { goDuration } from '../kubelet/go-duration';
import { latencyOf, listensOn, type Process } from './process';
import type { HealthWindow } from './image-behaviour';

export interface Question {
  readonly kind: ProbeKind;
  readonly handler: Handler;
  readonly timeoutMs: number;
  /** Number of the port that the handler names. */
  readonly port: number;
}

export function probeAnswer(process: Process, question: Question, now: number): ProbeAnswer {
  const { httpGet, tcpSocket, exec } = question.handler;
  if (httpGet !== undefined) return httpAnswer(process, question, httpGet, now);
  if (tcpSocket !== undefined) return tcpAnswer(process, question, tcpSocket.host, now);
  if (exec !== undefined) return execAnswer(process, question, exec.command ?? [], now);
  return grpcAnswer(process, question, now);
}

/** Until when the program answers as it does now. */
export function answersUntil(process: Process, now: number): number {
  const { readiness, liveness, startup } = process.model;
  let until = Infinity;
  const consider = (at: number): void => {
    if (at > now && at < until) until = at;
  };
  consider(process.listensFrom);
  consider(process.listensUntil);
  for (const { fromMs, untilMs } of [readiness, liveness, startup]) {
    consider(process.startedAt + fromMs);
    consider(process.startedAt + untilMs);
  }
  return until;
}

/** The outcome of an exec or HTTP hook; a sleep takes its time. */
export function hookAnswer(
  process: Process,
  handler: Handler,
  port: number,
  now: number,
): HookAnswer {
  if (handler.sleep !== undefined) return { afterMs: handler.sleep.seconds * 1000 };
  if (handler.exec !== undefined) {
    const { exitCode, afterMs } = runCommand(process, handler.exec.command ?? []);
    if (exitCode === 0) return { afterMs };
    const command = (handler.exec.command ?? []).join(' ');
    return { afterMs, error: `command '${command}' exited with ${exitCode}: ` };
  }
  if (handler.httpGet === undefined || listensOn(process, port, now)) return { afterMs: 3 };
  return {
    afterMs: 1,
    error: `Get "${urlOf(process, handler.httpGet, port)}": ${refused(process, port)}`,
  };
}

type HttpGet = NonNullable<Handler['httpGet']>;

const OK: ProbeAnswer = { result: 'success', output: 'ok', afterMs: 1 };
const failure = (output: string, afterMs = 1): ProbeAnswer => ({
  result: 'failure',
  output,
  afterMs,
});

function httpAnswer(
  process: Process,
  { kind, timeoutMs, port }: Question,
  httpGet: HttpGet,
  now: number,
): ProbeAnswer {
  const url = urlOf(process, httpGet, port);
  if (!listensOn(process, port, now)) return failure(`Get "${url}": ${refused(process, port)}`);
  const takes = latencyOf(process);
  if (takes > timeoutMs) {
    const why = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
    return failure(`Get "${url}": ${why}`, timeoutMs);
  }
  const status = process.model.paths?.[httpGet.path ?? '/'] ?? statusOf(process, kind, now);
  if (status >= 200 && status < 400) return { ...OK, afterMs: Math.ceil(takes) };
  return failure(`HTTP probe failed with statuscode: ${status}`, Math.ceil(takes));
}

function statusOf(process: Process, kind: ProbeKind, now: number): number {
  const { model } = process;
  if (isGood(process, model[kind], now)) return 200;
  return kind === 'readiness' ? model.unreadyStatus : model.unhealthyStatus;
}

const isGood = (process: Process, window: HealthWindow, now: number): boolean =>
  now - process.startedAt >= window.fromMs && now - process.startedAt < window.untilMs;

function tcpAnswer(
  process: Process,
  { kind, port }: Question,
  host: string | undefined,
  now: number,
): ProbeAnswer {
  const open = listensOn(process, port, now) && isGood(process, process.model[kind], now);
  return open ? OK : failure(refused(process, port, host));
}

/** A check that is run in the container: it sees what a client on the spot would. */
function execAnswer(
  process: Process,
  { kind, timeoutMs }: Question,
  command: readonly string[],
  now: number,
): ProbeAnswer {
  const missing = missingCommand(process, command);
  if (missing !== undefined) {
    const output =
      'rpc error: code = Unknown desc = failed to exec in container: failed to start exec ' +
      `"${process.containerId}": OCI runtime exec failed: exec failed: ${missing}`;
    return { result: 'unknown', output, afterMs: 1 };
  }
  const { exitCode, afterMs } = runCommand(process, command);
  if (afterMs > timeoutMs) {
    const timeout = goDuration(timeoutMs);
    return failure(
      `command timed out: "${command.join(' ')}" timed out after ${timeout}`,
      timeoutMs,
    );
  }
  if (exitCode !== 0) return failure('', afterMs);
  const starting = process.model.listens && now < process.listensFrom;
  if (starting || !isGood(process, process.model[kind], now)) return failure('', afterMs);
  return { ...OK, afterMs };
}

function grpcAnswer(
  process: Process,
  { kind, timeoutMs, port }: Question,
  now: number,
): ProbeAnswer {
  if (!listensOn(process, port, now)) {
    const address = `${process.podIP}:${port}`;
    return failure(
      `timeout: failed to connect service "${address}" within ${goDuration(timeoutMs)}: ` +
        'context deadline exceeded',
      timeoutMs,
    );
  }
  if (isGood(process, process.model[kind], now)) return OK;
  return failure('service unhealthy (responded with "NOT_SERVING")');
}

/** Why a command cannot be run in the container, in runc's words; undefined if it can. */
export function missingCommand(
  process: Pick<Process, 'model'>,
  command: readonly string[],
): string | undefined {
  const path = command[0];
  if (path === undefined || !process.model.missingCommands.includes(path)) return undefined;
  const why = path.startsWith('/')
    ? `stat ${path}: no such file or directory`
    : 'executable file not found in $PATH';
  return `unable to start container process: exec: "${path}": ${why}`;
}

/** Commands whose outcome is plain: sleeping, and ending with a code. Others do as the image says. */
function runCommand(
  process: Process,
  command: readonly string[],
): { exitCode: number; afterMs: number } {
  const line = command.join(' ').replace(/^(?:\/bin\/)?(?:ba|a)?sh -c /, '');
  const sleeps = /(?:^|[\s/;&])sleep (\d+(?:\.\d+)?)/.exec(line);
  const exits = /(?:^|[\s/;&])exit (\d+)/.exec(line);
  const fails = /^(?:\/bin\/)?false$/.test(line);
  return {
    exitCode: exits !== null ? Number(exits[1]) : fails ? 1 : process.model.execExitCode,
    afterMs: sleeps === null ? 3 : Math.round(Number(sleeps[1]) * 1000),
  };
}

function urlOf(process: Process, httpGet: HttpGet, port: number): string {
  const scheme = (httpGet.scheme ?? 'HTTP').toLowerCase();
  return `${scheme}://${httpGet.host ?? process.podIP}:${port}${httpGet.path ?? '/'}`;
}

const refused = (process: Process, port: number, host?: string): string =>
  `dial tcp ${host ?? process.podIP}:${port}: connect: connection refused`;
