/** `-o custom-columns=NAME:.metadata.name,…`: one column for each path. */
import { goText } from '../../orchestrator/api/json-map';
import { usageError } from '../kubectl-error';
import { valuesAt } from './json-path';
import { alignedLines } from './table';

export function customColumns(
  specification: string,
  objects: readonly unknown[],
  withHeaders: boolean,
): string[] {
  const columns = splitColumns(specification).map((column) => {
    const colon = column.indexOf(':');
    if (colon < 0) {
      throw usageError(
        `unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`,
      );
    }
    return { header: column.slice(0, colon), path: column.slice(colon + 1) };
  });
  const rows = objects.map((object) => columns.map(({ path }) => cellOf(path, object)));
  const header = columns.map((column) => column.header);
  return alignedLines(withHeaders ? [header, ...rows] : rows);
}

function cellOf(path: string, object: unknown): string {
  const values = valuesAt(path, object);
  return values.length === 0 ? '<none>' : values.map(goText).join(',');
}

/** Commas within brackets and quotes do not separate. */
function splitColumns(text: string): string[] {
  const columns: string[] = [''];
  let depth = 0;
  for (const c of text) {
    if (c === '[' || c === '(') depth++;
    if (c === ']' || c === ')') depth--;
    if (c === ',' && depth === 0) columns.push('');
    else columns[columns.length - 1] += c;
  }
  return columns;
}
