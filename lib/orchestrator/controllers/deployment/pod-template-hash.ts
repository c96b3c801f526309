/**
 * The label by which the ReplicaSets of a Deployment tell their pods apart, and how templates are
 * compared without it.
 *
 * FIDELITY: the hash is FNV-1a over canonical JSON, where upstream hashes a dump of Go structures:
 * equal in shape and stability, not in value.
 */
import { semanticEqual } from '../../api/deep-equal';
import type { StringMap } from '../../api/object';
import type { PodTemplateSpec } from '../../api/objects';

export const POD_TEMPLATE_HASH = 'pod-template-hash';

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const hashes = new WeakMap<PodTemplateSpec, Map<number | undefined, string>>();
const comparisons = new WeakMap<PodTemplateSpec, WeakMap<PodTemplateSpec, boolean>>();

/** 9 to 10 characters that stay the same as long as the template does. */
export function podTemplateHash(template: PodTemplateSpec, collisionCount?: number): string {
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

/** Whether the templates are the same but for the hash label. */
export function equalIgnoringHash(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  if (a === b) return true;
  let known = comparisons.get(a);
  if (known === undefined) {
    known = new WeakMap();
    comparisons.set(a, known);
  }
  let equal = known.get(b);
  if (equal === undefined) {
    equal = semanticEqual(withoutHash(a), withoutHash(b));
    known.set(b, equal);
  }
  return equal;
}

export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const labels = template.metadata?.labels;
  if (labels?.[POD_TEMPLATE_HASH] === undefined) return template;
  const { [POD_TEMPLATE_HASH]: _hash, ...rest } = labels;
  return { ...template, metadata: { ...template.metadata, labels: rest } };
}

export const withHash = (labels: StringMap | undefined, hash: string): StringMap => ({
  ...labels,
  [POD_TEMPLATE_HASH]: hash,
});

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
