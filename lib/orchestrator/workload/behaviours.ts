/**
 * Which behaviour an image has: what the user says of it, or what programs of its name are like.
 * Images whose program is not known are taken for web applications.
 */
import type { Container } from '../api/objects';
import { durationMs } from '../sim';
import type { ContainerRole } from '../kubelet';
import { modelOf, type ImageBehaviour, type ProgramModel } from './image-behaviour';

/** A program as measured: listens 2 s after its start, closes its listener on SIGTERM at once. */
export const slowStarter: ImageBehaviour = {
  startupTime: '2s',
  onSigterm: 'close-listener',
  shutdownTime: '1s',
};

/** The same, but it serves on for 3 s after SIGTERM. */
export const slowStarterThatServesOn: ImageBehaviour = {
  ...slowStarter,
  onSigterm: 'serve-on',
  shutdownTime: '3s',
};

const DATABASE: ImageBehaviour = {
  startupTime: '2s',
  onSigterm: 'close-listener',
  shutdownTime: '500ms',
  baseCpu: 20,
};

/** By the last part of the image's name without tag. Ports are those that the program opens by itself. */
const KNOWN: Readonly<Record<string, ImageBehaviour>> = {
  postgres: { ...DATABASE, ports: [5432] },
  postgresql: { ...DATABASE, ports: [5432] },
  mysql: { ...DATABASE, startupTime: '8s', ports: [3306] },
  mariadb: { ...DATABASE, startupTime: '5s', ports: [3306] },
  mongo: { ...DATABASE, ports: [27017] },
  mongodb: { ...DATABASE, ports: [27017] },
  redis: { ...DATABASE, startupTime: '200ms', ports: [6379] },
  valkey: { ...DATABASE, startupTime: '200ms', ports: [6379] },
  memcached: { ...DATABASE, startupTime: '200ms', ports: [11211] },
  rabbitmq: { ...DATABASE, startupTime: '6s', ports: [5672, 15672] },
  kafka: { ...DATABASE, startupTime: '6s', ports: [9092] },
  nginx: { startupTime: '100ms', ports: [80], onSigterm: 'die', sigtermExitCode: 0 },
  httpd: { startupTime: '200ms', ports: [80], onSigterm: 'die', sigtermExitCode: 0 },
  traefik: { startupTime: '300ms', ports: [80] },
  envoy: { startupTime: '300ms' },
};

/** Images that hold tools and no server: they run what their command says, or wait. */
const SHELLS = new Set([
  'busybox',
  'alpine',
  'debian',
  'ubuntu',
  'bash',
  'curl',
  'pause',
  'toolbox',
]);
/** How long a Job's program and an init container work if nothing says how long. */
const WORK_MS = 2000;
const INIT_WORK_MS = 500;

/** `match` is an image's name: exact, or with `*` for anything. */
export type ImageBehaviours = Readonly<Record<string, ImageBehaviour>>;

interface Pattern {
  readonly prefix: string;
  readonly suffix: string;
  readonly behaviour: ImageBehaviour;
}

export class Behaviours {
  private readonly exact = new Map<string, ImageBehaviour>();
  private readonly patterns: Pattern[] = [];
  private readonly models = new Map<string, ProgramModel>();

  constructor(given: ImageBehaviours = {}) {
    for (const [match, behaviour] of Object.entries(given)) this.set(match, behaviour);
  }

  /** Says what is in the images of that name from now on; containers that run stay as they are. */
  set(match: string, behaviour: ImageBehaviour): void {
    this.models.clear();
    const star = match.indexOf('*');
    if (star < 0) {
      this.exact.set(match, behaviour);
      return;
    }
    const [prefix, suffix] = [match.slice(0, star), match.slice(star + 1)];
    const same = (pattern: Pattern): boolean =>
      pattern.prefix === prefix && pattern.suffix === suffix;
    const at = this.patterns.findIndex(same);
    if (at >= 0) this.patterns.splice(at, 1);
    this.patterns.push({ prefix, suffix, behaviour });
    this.patterns.sort((a, b) => b.prefix.length - a.prefix.length);
  }

  /** What the user said of the image; undefined if nothing. */
  given(image: string): ImageBehaviour | undefined {
    const exact = this.exact.get(image) ?? this.exact.get(withoutTag(image));
    if (exact !== undefined) return exact;
    for (const { prefix, suffix, behaviour } of this.patterns) {
      if (image.startsWith(prefix) && image.slice(prefix.length).endsWith(suffix)) return behaviour;
    }
    return undefined;
  }

  /** The behaviour of an image as such, known or taken for a web application. */
  of(image: string): ImageBehaviour {
    return this.given(image) ?? KNOWN[lastPart(image)] ?? {};
  }

  /** The program of a container: by its image, its role, its command and what its pod is for. */
  program(container: Container, role: ContainerRole, isJob: boolean): ProgramModel {
    const sleep = sleepSeconds(container);
    const task = role === 'init' ? 'init' : isJob && role === 'app' ? 'job' : 'service';
    const key = `${container.image}\n${task}\n${sleep ?? ''}`;
    let model = this.models.get(key);
    if (model === undefined) {
      model = modelOf(this.choose(container.image, task, sleep));
      this.models.set(key, model);
    }
    return model;
  }

  private choose(
    image: string,
    task: 'init' | 'job' | 'service',
    sleep: number | undefined,
  ): ImageBehaviour {
    const given = this.given(image);
    const ends = (ms: number): ImageBehaviour => ({ exitAfter: ms, listens: false });
    if (given === undefined && sleep !== undefined) {
      // The first process of a container ignores signals that it has no handler for.
      const forever = sleep === Infinity ? {} : ends(sleep * 1000);
      return { listens: false, onSigterm: 'ignore', ...forever, memory: 1024 * 1024, baseCpu: 0 };
    }
    if (task !== 'service') {
      const work = ends(task === 'init' ? INIT_WORK_MS : WORK_MS);
      return given === undefined ? work : { ...work, listens: true, ...given };
    }
    if (given !== undefined) return given;
    if (SHELLS.has(lastPart(image))) {
      return { listens: false, onSigterm: 'ignore', memory: 1024 * 1024, baseCpu: 0 };
    }
    return KNOWN[lastPart(image)] ?? {};
  }
}

/** Seconds of `sleep N` or `sleep infinity` as the whole command. */
function sleepSeconds(container: Container): number | undefined {
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const line = words.join(' ').replace(/^(?:\/bin\/)?(?:ba|a)?sh -c /, '');
  const match = /^(?:exec )?(?:\/bin\/)?sleep (\d+(?:\.\d+)?[smhd]?|infinity|inf)$/.exec(
    line.trim(),
  );
  const amount = match?.[1];
  if (amount === undefined) return undefined;
  if (amount.startsWith('inf')) return Infinity;
  return /[smhd]$/.test(amount) ? durationMs(amount) / 1000 : Number(amount);
}

function withoutTag(image: string): string {
  const name = image.split('@')[0]!;
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

const lastPart = (image: string): string => withoutTag(image).split('/').pop()!;
