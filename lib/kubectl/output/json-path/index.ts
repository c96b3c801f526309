/**
 * kubectl's JSONPath: paths in braces with wildcards, indexes, slices, filters and recursive
 * descent, `range … end`, and text as it is.
 */
import { usageError } from '../../kubectl-error';
import { sortedJson } from '../sorted-json';
import { follow, JsonPathError } from './evaluate';
import { parseTemplate, type Part, type Step } from './parse';

/**
 * The text that a template makes of a value.
 * FIDELITY: an error does not print the whole object after the template.
 */
export function renderJsonPath(template: string, root: unknown): string {
  const parts = parseTemplate(template);
  try {
    const results: string[] = [];
    renderBlock(parts, 0, root, 0, results);
    return results.join('');
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw usageError(
      `error executing jsonpath "${template}": Error executing template: ${error.message}. ` +
        'Printing more information for debugging the template:\n' +
        `\ttemplate was:\n\t\t${template}`,
    );
  }
}

/** The values at one path, such as `.spec.containers[*].image`, `metadata.name` or `{.kind}`. */
export function valuesAt(path: string, root: unknown): readonly unknown[] {
  const [, braced, plain] = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(path) ?? [];
  const inner = braced ?? plain;
  if (inner === undefined) {
    throw usageError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or ` +
        `'{.name1.name2}'`,
    );
  }
  try {
    const [steps = []] = parseTemplate(`{.${inner}}`);
    return follow(steps as readonly Step[], [root]);
  } catch (error) {
    if (error instanceof JsonPathError) throw usageError(error.message);
    throw error;
  }
}

/**
 * Renders up to the `end` of a range that is `depth` deep; the index of the part after it. Inside a
 * range `$` is the item, as in client-go.
 */
function renderBlock(
  parts: readonly Part[],
  start: number,
  current: unknown,
  depth: number,
  out: string[],
): number {
  let i = start;
  while (i < parts.length) {
    const part = parts[i++]!;
    if (typeof part === 'string') {
      out.push(part);
      continue;
    }
    const [first, ...rest] = part;
    const word = typeof first === 'object' && 'identifier' in first ? first.identifier : '';
    if (word === 'end') {
      if (depth === 0) throw new JsonPathError('not in range, nothing to end');
      return i;
    }
    if (word === 'range') i = renderRange(parts, i, follow(rest, [current]), depth, out);
    else out.push(follow(part, [current]).map(valueText).join(' '));
  }
  return i;
}

function renderRange(
  parts: readonly Part[],
  start: number,
  items: readonly unknown[],
  depth: number,
  out: string[],
): number {
  let after = start;
  for (const item of items) after = renderBlock(parts, start, item, depth + 1, out);
  // Without items the block is gone through all the same, to find its end.
  return items.length > 0 ? after : renderBlock(parts, start, undefined, depth + 1, []);
}

/** A value as kubectl prints it: text as it is, all else as JSON with sorted fields. */
export const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : sortedJson(value);
