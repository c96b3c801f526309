/** The 32-bit hashes of Fowler, Noll and Vo over UTF-8, from which Kubernetes makes short names. */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
const encoder = new TextEncoder();

/** FNV-1: multiplies, then takes the byte in. */
export function fnv1(text: string, from = OFFSET): number {
  const bytes = encoder.encode(text);
  let hash = from;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash, PRIME) ^ bytes[i]!;
  return hash >>> 0;
}

/** FNV-1a: takes the byte in, then multiplies. */
export const fnv1a = (text: string, from = OFFSET): number =>
  fnv1aBytes(encoder.encode(text), from);

/** By index: the iterator of a typed array takes four times as long. */
export function fnv1aBytes(bytes: Uint8Array, from: number): number {
  let hash = from;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, PRIME);
  return hash >>> 0;
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A hash as letters and digits that spell no words, as Kubernetes encodes generated names. */
export function safeEncode(hash: number): string {
  let encoded = '';
  for (const digit of String(hash)) encoded += ALPHABET[digit.charCodeAt(0) % ALPHABET.length];
  return encoded;
}
