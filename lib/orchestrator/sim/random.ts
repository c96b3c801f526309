/**
 * All chance in a cluster comes from one seed. Each component forks a source of its own by name,
 * so that a component that draws once more does not shift another's draws.
 */
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** FNV-1a over UTF-16 code units; spreads names over 32-bit seeds. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) | 0;
}

const SAFE_NAME_CHARACTERS = 'bcdfghjklmnpqrstvwxz2456789';

export class Random {
  private readonly generator: JumpableRandomGenerator;

  constructor(private readonly path: string) {
    this.generator = xoroshiro128plus(hashOf(path));
  }

  static ofSeed(seed: number | string): Random {
    return new Random(`seed:${seed}`);
  }

  /** An independent source that depends on this one's seed and the name only, not on its draws. */
  fork(name: string): Random {
    return new Random(`${this.path}/${name}`);
  }

  /** A number in [0, 1) of 32 random bits. */
  float(): number {
    return (this.generator.next() >>> 0) / 4294967296;
  }

  /** A whole number in [min, max]. */
  int(min: number, max: number): number {
    return min + Math.floor(this.float() * (max - min + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.float() * list.length)]!;
  }

  /** As the API server's generateName: characters that make no words. */
  nameSuffix(length = 5): string {
    let text = '';
    for (let i = 0; i < length; i++) {
      text += SAFE_NAME_CHARACTERS[Math.floor(this.float() * SAFE_NAME_CHARACTERS.length)];
    }
    return text;
  }

  /** A version 4 UUID. */
  uuid(): string {
    const [a, b, c, d] = [this.word(), this.word(), this.word(), this.word()];
    const version = HEX[((b >>> 8) & 0x0f) | 0x40]!;
    const variant = HEX[((c >>> 24) & 0x3f) | 0x80]!;
    return (
      `${hex32(a)}-${HEX[b >>> 24]!}${HEX[(b >>> 16) & 255]!}-${version}${HEX[b & 255]!}-` +
      `${variant}${HEX[(c >>> 16) & 255]!}-${HEX[(c >>> 8) & 255]!}${HEX[c & 255]!}${hex32(d)}`
    );
  }

  /** `words` times 8 hexadecimal digits. */
  hex(words: number): string {
    let text = '';
    for (let i = 0; i < words; i++) text += hex32(this.word());
    return text;
  }

  private word(): number {
    return this.generator.next() >>> 0;
  }
}

/** The two digits of each byte. */
const HEX = Array.from({ length: 256 }, (_, byte) => (byte + 256).toString(16).slice(1));

const hex32 = (value: number): string =>
  HEX[value >>> 24]! + HEX[(value >>> 16) & 255]! + HEX[(value >>> 8) & 255]! + HEX[value & 255]!;
