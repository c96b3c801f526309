/**
 * What is inside an image: how its program starts, answers, ends and uses resources. All of it
 * has a default, so that a manifest that is meant for production runs unchanged.
 */
import { durationMs } from '../sim';

/** A text such as `2s` or a number of milliseconds. */
export type Duration = string | number;

/** What the program does on SIGTERM. */
export type SigtermBehaviour =
  /** Goes on listening and answering until `shutdownTime` is over, then ends. */
  | 'serve-on'
  /** Takes no new connections from that moment, ends when `shutdownTime` is over. */
  | 'close-listener'
  /** Does nothing; only SIGKILL ends it. */
  | 'ignore'
  /** Has no handler: ends at once with `sigtermExitCode` (143 unless said otherwise). */
  | 'die';

/** When a kind of health question gets a good answer, counted from the start of the program. */
export type HealthBehaviour =
  | 'ok'
  | 'never'
  | {
      /** Bad until then. */
      readonly after?: Duration;
      /** Bad from then on. */
      readonly until?: Duration;
    };

/** What is inside an image. Durations are texts such as `'2s'`, or milliseconds. */
export interface ImageBehaviour {
  /** From the start of the process until it listens. @default '1s' */
  readonly startupTime?: Duration;
  /** Ports that it listens on besides the declared container ports. @default none */
  readonly ports?: readonly number[];
  /**
   * Whether it listens on the container's declared ports; a program that declares none listens
   * on whatever port its HTTP, TCP and gRPC probes name. @default true
   */
  readonly listens?: boolean;
  /** Answers to readiness probes. @default 'ok' */
  readonly readiness?: HealthBehaviour;
  /** Answers to liveness probes. @default 'ok' */
  readonly liveness?: HealthBehaviour;
  /** Answers to startup probes. @default 'ok' */
  readonly startup?: HealthBehaviour;
  /** HTTP status of a bad readiness answer. @default 503 */
  readonly unreadyStatus?: number;
  /** HTTP status of a bad liveness or startup answer. @default 500 */
  readonly unhealthyStatus?: number;
  /** HTTP status by path, for any probe, before all else. @default - none */
  readonly paths?: Readonly<Record<string, number>>;
  /** How long an answer takes when the program is not busy. @default '2ms' */
  readonly latency?: Duration;

  /** What it does when it is told to go. @default 'serve-on' */
  readonly onSigterm?: SigtermBehaviour;
  /** From SIGTERM to the end. @default '250ms' */
  readonly shutdownTime?: Duration;
  /** Its exit code after SIGTERM. @default 0, and 143 for 'die' */
  readonly sigtermExitCode?: number;

  /** The program ends by itself after this time. @default never */
  readonly exitAfter?: Duration;
  /** Its exit code then. @default 0 */
  readonly exitCode?: number;
  /** Content of /dev/termination-log then. @default - none */
  readonly terminationMessage?: string;
  /** What exec probes and hooks exit with. @default 0 */
  readonly execExitCode?: number;

  /**
   * Commands that the image does not hold: a container, hook or probe that runs one fails.
   * @default - none
   */
  readonly missingCommands?: readonly string[];

  /**
   * Requests a second that one CPU serves: the same as a cpuPerRequest of 1 s divided by it.
   * @default - no limit to what it serves
   */
  readonly capacityRps?: number;
  /**
   * CPU time of one request; with it a program serves what its CPU limit allows and no more.
   * @default 0.05 ms, and no limit to what it serves
   */
  readonly cpuPerRequest?: Duration;
  /** CPU of the idle program, in milli-CPU. @default 5 */
  readonly baseCpu?: number;
  /** Memory of the idle program in bytes. @default 32 MiB, at most half of the container's limit */
  readonly memory?: number;
  /** Memory in bytes for each request a second. @default 0 */
  readonly memoryPerRps?: number;
  /** Takes so many bytes of memory after a time. @default - never */
  readonly memoryAfter?: { readonly after: Duration; readonly bytes: number };

  /** Size of the image in bytes. @default 64 MiB */
  readonly imageSize?: number;
  /** The registry refuses the image with this text. @default - none: it can be pulled */
  readonly pullError?: string;
  /** Lines that the program writes when it starts. @default - none */
  readonly logs?: readonly string[];
}

/** From and until when (ms since the program's start) answers are good. */
export interface HealthWindow {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A behaviour with all defaults filled in and durations in milliseconds. */
export interface ProgramModel {
  readonly startupMs: number;
  readonly ports: readonly number[];
  readonly listens: boolean;
  readonly readiness: HealthWindow;
  readonly liveness: HealthWindow;
  readonly startup: HealthWindow;
  readonly unreadyStatus: number;
  readonly unhealthyStatus: number;
  readonly paths: Readonly<Record<string, number>> | undefined;
  readonly latencyMs: number;
  readonly onSigterm: SigtermBehaviour;
  readonly shutdownMs: number;
  readonly sigtermExitCode: number;
  readonly exitAfterMs: number;
  readonly exitCode: number;
  readonly terminationMessage: string | undefined;
  readonly execExitCode: number;
  readonly missingCommands: readonly string[];
  /** Milliseconds of CPU time a request. */
  readonly cpuMsPerRequest: number;
  /** Whether CPU bounds what it serves. */
  readonly isCpuBound: boolean;
  readonly baseCpuMilli: number;
  /** Undefined: modest, whatever the limit. */
  readonly memoryBytes: number | undefined;
  readonly memoryBytesPerRps: number;
  readonly memoryAfter: { readonly afterMs: number; readonly bytes: number } | undefined;
  readonly logs: readonly string[];
}

const DEFAULT_CPU_MS_PER_REQUEST = 0.05;

export function modelOf(behaviour: ImageBehaviour): ProgramModel {
  const ms = (duration: Duration | undefined, otherwise: number): number =>
    duration === undefined ? otherwise : durationMs(duration);
  const { onSigterm = 'serve-on', memoryAfter } = behaviour;
  const cpuMsPerRequest = cpuMsOf(behaviour);
  return {
    startupMs: ms(behaviour.startupTime, 1000),
    ports: behaviour.ports ?? [],
    listens: behaviour.listens ?? true,
    readiness: windowOf(behaviour.readiness),
    liveness: windowOf(behaviour.liveness),
    startup: windowOf(behaviour.startup),
    unreadyStatus: behaviour.unreadyStatus ?? 503,
    unhealthyStatus: behaviour.unhealthyStatus ?? 500,
    paths: behaviour.paths,
    latencyMs: ms(behaviour.latency, 2),
    onSigterm,
    shutdownMs: ms(behaviour.shutdownTime, 250),
    sigtermExitCode: behaviour.sigtermExitCode ?? (onSigterm === 'die' ? 143 : 0),
    exitAfterMs: ms(behaviour.exitAfter, Infinity),
    exitCode: behaviour.exitCode ?? 0,
    terminationMessage: behaviour.terminationMessage,
    execExitCode: behaviour.execExitCode ?? 0,
    missingCommands: behaviour.missingCommands ?? [],
    cpuMsPerRequest: cpuMsPerRequest ?? DEFAULT_CPU_MS_PER_REQUEST,
    isCpuBound: cpuMsPerRequest !== undefined,
    baseCpuMilli: behaviour.baseCpu ?? 5,
    memoryBytes: behaviour.memory,
    memoryBytesPerRps: behaviour.memoryPerRps ?? 0,
    memoryAfter:
      memoryAfter === undefined
        ? undefined
        : { afterMs: durationMs(memoryAfter.after), bytes: memoryAfter.bytes },
    logs: behaviour.logs ?? [],
  };
}

/** CPU time is finer than the clock: `0.2ms` and 0.2 are both a fifth of a millisecond. */
function cpuMsOf({ cpuPerRequest, capacityRps }: ImageBehaviour): number | undefined {
  if (typeof cpuPerRequest === 'number') return cpuPerRequest;
  if (cpuPerRequest !== undefined) {
    const fine = /^(\d+(?:\.\d+)?)(us|ms)$/.exec(cpuPerRequest);
    if (fine === null) return durationMs(cpuPerRequest);
    return fine[2] === 'us' ? Number(fine[1]) / 1000 : Number(fine[1]);
  }
  return capacityRps === undefined ? undefined : 1000 / capacityRps;
}

function windowOf(health: HealthBehaviour | undefined): HealthWindow {
  if (health === 'never') return { fromMs: Infinity, untilMs: Infinity };
  if (health === undefined || health === 'ok') return { fromMs: 0, untilMs: Infinity };
  return {
    fromMs: health.after === undefined ? 0 : durationMs(health.after),
    untilMs: health.until === undefined ? Infinity : durationMs(health.until),
  };
}
