/** What the commands that create one object take from the command line: names, pairs, numbers. */
import type { JsonObject } from '../../orchestrator/api/object';
import type { Flags } from '../input/command-line';
import type { Invocation } from '../invocation';
import { helpError, usageError } from '../kubectl-error';

/** Makes an object out of flags. */
export interface Generator {
  /** How kubectl's help calls it: `configmap`, `service clusterip`. */
  readonly command: string;
  /** Begins what kubectl says of a refusal: `failed to create configmap:`. */
  readonly failure?: string;
  /** @default none */
  readonly required?: readonly string[];
  generate(invocation: Invocation, name: string): JsonObject;
}

/** The object for the words after `create KIND`. Throws KubectlError for what is not given. */
export function generated(
  generator: Generator,
  invocation: Invocation,
  names: readonly string[],
): JsonObject {
  const { command, required = [] } = generator;
  const missing = required.filter((flag) => !invocation.flags.has(flag));
  if (missing.length > 0) {
    throw usageError(`required flag(s) ${missing.map((flag) => `"${flag}"`).join(', ')} not set`);
  }
  const [name] = names;
  if (names.length !== 1 || name === undefined) {
    throw helpError(`create ${command}`, `exactly one NAME is required, got ${names.length}`);
  }
  return generator.generate(invocation, name);
}

/** `a=b` as key and value. */
export function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 0) throw usageError(`invalid literal source ${text}, expected key=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** `a=b,c=d` as labels. */
export const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries(text.split(',').map((pair) => pair.split('=') as [string, string]));

/** The values of a flag that may be there several times, and list several each time. */
export const listOf = (flags: Flags, name: string): string[] =>
  flags.all(name).flatMap((text) => text.split(','));

/** A number, or text for anything else. */
export const intOrText = (text: string): number | string =>
  /^\d+$/.test(text) ? Number(text) : text;
