/**
 * Where images come from: a registry with a bandwidth to each node, and names that no registry
 * has. Which images a node holds is kept here; they are never thrown away.
 */
import type { PullAnswer } from '../kubelet';
import type { Random } from '../sim';
import type { Behaviours } from './behaviours';

export interface RegistryOptions {
  /** Bytes a second from the registry to a node. @default 128 MiB */
  readonly bandwidth?: number;
  /** Time that a pull takes besides the transfer, ms. @default 300 */
  readonly overheadMs?: number;
  /** Whether every node holds every image that the registry has from the start. @default false */
  readonly preloaded?: boolean;
}

const MIB = 1024 * 1024;
/** A pull takes up to a quarter longer than the bandwidth alone would have it. */
const PULL_VARIATION = 0.25;
const DEFAULT_SIZE = 64 * MIB;
/** A reference as the runtime parses it: host, lower-case path, tag, digest. */
const REFERENCE =
  /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z0-9+._-]+:[0-9a-fA-F]{32,})?$/;

export class ImageRegistry {
  private readonly held = new Map<string, Set<string>>();
  private readonly validity = new Map<string, string | undefined>();
  private readonly ids = new Map<string, string>();
  private readonly bandwidth: number;
  private readonly overheadMs: number;
  private readonly preloaded: boolean;

  constructor(
    private readonly behaviours: Behaviours,
    options: RegistryOptions = {},
    private readonly random?: Random,
  ) {
    this.bandwidth = options.bandwidth ?? 128 * MIB;
    this.overheadMs = options.overheadMs ?? 300;
    this.preloaded = options.preloaded ?? false;
  }

  invalidName(image: string): string | undefined {
    if (!this.validity.has(image)) {
      const valid = REFERENCE.test(image);
      this.validity.set(
        image,
        valid
          ? undefined
          : `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`,
      );
    }
    return this.validity.get(image);
  }

  has(nodeName: string, image: string): boolean {
    if (this.preloaded && this.errorOf(image) === undefined) return true;
    return this.held.get(nodeName)?.has(image) ?? false;
  }

  /** Puts an image on a node without a pull. */
  put(nodeName: string, image: string): void {
    let images = this.held.get(nodeName);
    if (images === undefined) this.held.set(nodeName, (images = new Set()));
    images.add(image);
  }

  pull(nodeName: string, image: string): PullAnswer {
    const sizeBytes = this.behaviours.of(image).imageSize ?? DEFAULT_SIZE;
    const error = this.errorOf(image);
    if (error !== undefined) return { durationMs: 6, sizeBytes, error };
    this.put(nodeName, image);
    const transferMs = (sizeBytes / this.bandwidth) * 1000;
    const share = 1 + (this.random?.float() ?? 0) * PULL_VARIATION;
    return { durationMs: Math.ceil((this.overheadMs + transferMs) * share), sizeBytes };
  }

  /** `sha256:…`, the same for the same name. */
  id(image: string): string {
    let id = this.ids.get(image);
    if (id === undefined) {
      id = `sha256:${digest(image)}`;
      this.ids.set(image, id);
    }
    return id;
  }

  private errorOf(image: string): string | undefined {
    return this.behaviours.of(image).pullError ?? loopbackError(image);
  }
}

/** A registry on the node's own loopback address is one that nobody runs. */
function loopbackError(image: string): string | undefined {
  const match = /^((?:127\.0\.0\.1|localhost):\d+)\/([^:@]+)(?::([^@]+))?/.exec(image);
  if (match === null) return undefined;
  const [, host = '', path = '', tag = 'latest'] = match;
  const address = host.replace('localhost', '127.0.0.1');
  return (
    `failed to pull and unpack image "${image}": failed to resolve image: failed to do request: ` +
    `Head "https://${host}/v2/${path}/manifests/${tag}": dial tcp ${address}: connect: connection refused`
  );
}

/** The error of an image that the registry does not have, in containerd's words. */
export function imageNotFound(image: string): string {
  return (
    `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": ` +
    `failed to resolve reference "${image}": ${image}: not found`
  );
}

/** 64 hexadecimal digits of a name: eight rounds of FNV-1a with different starts. */
function digest(text: string): string {
  let hex = '';
  for (let round = 0; round < 8; round++) {
    let hash = 0x811c9dc5 ^ (round * 0x9e3779b1);
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    hash ^= hash >>> 13;
    hex += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return hex;
}
