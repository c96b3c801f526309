/**
 * Short hashes of pod templates, for the names of what is made from them: the very ones that
 * kube-controller-manager gives, so that names and their order are those of a real cluster.
 */
import type { PodTemplateSpec } from '../../api/objects';
import { podTemplateDump } from '../../api/schema/pod-template-dump';
import { fnv1, fnv1a, fnv1aBytes, safeEncode } from './fnv';

const dumped = new WeakMap<PodTemplateSpec, number>();
/** By JSON: the same manifests are deployed to one cluster after another. */
const dumpedBefore = new Map<string, number>();
const REMEMBERED = 1000;

/** The hash of a Deployment's or DaemonSet's template; the count is left out until there is one. */
export function templateHash(template: PodTemplateSpec, collisionCount?: number): string {
  let sum = dumped.get(template);
  if (sum === undefined) {
    sum = dumpHash(template);
    dumped.set(template, sum);
  }
  if (collisionCount === undefined) return safeEncode(sum);
  const count = new Uint8Array(8);
  new DataView(count.buffer).setUint32(0, collisionCount, true);
  return safeEncode(fnv1aBytes(count, sum));
}

function dumpHash(template: PodTemplateSpec): number {
  const text = JSON.stringify(template);
  let sum = dumpedBefore.get(text);
  if (sum === undefined) {
    sum = fnv1a(podTemplateDump(template));
    if (dumpedBefore.size >= REMEMBERED) dumpedBefore.clear();
    dumpedBefore.set(text, sum);
  }
  return sum;
}

const encoded = new WeakMap<object, number>();

/** The hash of what a StatefulSet's revision holds, and of its count of collisions. */
export function revisionHash(data: object, collisionCount = 0): string {
  let sum = encoded.get(data);
  if (sum === undefined) {
    sum = fnv1(goJson(data));
    encoded.set(data, sum);
  }
  return safeEncode(fnv1(String(collisionCount), sum));
}

const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON as Go writes maps: keys in order, and nothing that could be taken for HTML. */
function goJson(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (found) => ESCAPED[found]!);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  const map = value as Readonly<Record<string, unknown>>;
  const fields = Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort()
    .map((key) => `${goJson(key)}:${goJson(map[key])}`);
  return `{${fields.join(',')}}`;
}
