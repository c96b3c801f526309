/**
 * Short hashes of pod templates for the names of what is made from them.
 *
 * FIDELITY: FNV-1a over canonical JSON, where upstream hashes a dump of Go structures or JSON with
 * its own order of keys: equal in shape and stability, not in value.
 */
import type { PodTemplateSpec } from '../../api/objects';

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const hashes = new WeakMap<PodTemplateSpec, Map<number | undefined, string>>();

/** 9 to 10 characters that stay the same as long as the template does. */
export function templateHash(template: PodTemplateSpec, collisionCount?: number): string {
  let known = hashes.get(template);
  if (known === undefined) {
    known = new Map();
    hashes.set(template, known);
  }
  let hash = known.get(collisionCount);
  if (hash === undefined) {
    let sum = fnv1a(canonicalJson(template), FNV_OFFSET);
    if (collisionCount !== undefined) sum = fnv1a(littleEndian(collisionCount), sum);
    hash = safeEncode(String(sum));
    known.set(collisionCount, hash);
  }
  return hash;
}

/** Digits as letters and digits that spell no words, as Kubernetes encodes generated names. */
export function safeEncode(text: string): string {
  let encoded = '';
  for (let i = 0; i < text.length; i++) encoded += ALPHABET[text.charCodeAt(i) % ALPHABET.length];
  return encoded;
}

/** JSON with sorted keys and without what is undefined: equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const map = value as Readonly<Record<string, unknown>>;
  const fields = Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(map[key])}`);
  return `{${fields.join(',')}}`;
}

/** 32-bit FNV-1a over UTF-16 code units, as an unsigned number. */
function fnv1a(text: string, from: number): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  }
  return hash >>> 0;
}

/** The count as 8 bytes, the lowest first. */
function littleEndian(count: number): string {
  let bytes = '';
  for (let i = 0; i < 8; i++) bytes += String.fromCharCode(i < 4 ? (count >>> (8 * i)) & 0xff : 0);
  return bytes;
}
