/**
 * kubectl's JSONPath: paths in braces with wildcards, indexes, slices, filters and recursive
 * descent, `range … end`, and text as it is.
 */
import { usageError } from '../kubectl-error';

/** The text that a template makes of a value. */
export function renderJsonPath(template: string, root: unknown): string {
  const nodes = parseTemplate(template);
  return renderNodes(nodes, root, root);
}

/** The values at one path, such as `.spec.containers[*].image` or `{.kind}`. */
export function valuesAt(path: string, root: unknown): unknown[] {
  const inner = /^\{(.*)\}$/s.exec(path.trim())?.[1] ?? path.trim();
  return evaluate(parsePath(inner.replace(/^\$?\.?/, '.')), root, root);
}

type TemplateNode =
  | { readonly text: string }
  | { readonly path: readonly Step[]; readonly fromRoot: boolean }
  | { readonly range: readonly Step[]; readonly body: readonly TemplateNode[] };

type Step =
  | { readonly field: string }
  | { readonly wildcard: true }
  | { readonly descend: string }
  | { readonly slice: readonly [number | undefined, number | undefined, number] }
  | { readonly filter: Filter }
  | { readonly union: readonly string[] };

interface Filter {
  readonly left: readonly Step[];
  readonly operator: string | undefined;
  readonly right: unknown;
}

function parseTemplate(template: string): TemplateNode[] {
  const stack: { readonly range: readonly Step[]; readonly body: TemplateNode[] }[] = [];
  let body: TemplateNode[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    if (open !== at) body.push({ text: template.slice(at, open < 0 ? undefined : open) });
    if (open < 0) break;
    const close = closingBrace(template, open);
    const inner = template.slice(open + 1, close).trim();
    at = close + 1;
    if (inner.startsWith('range ')) {
      stack.push({ range: parsePath(inner.slice('range '.length).trim()), body });
      body = [];
    } else if (inner === 'end') {
      const outer = stack.pop();
      if (outer === undefined)
        throw usageError('error parsing jsonpath: not in range, nothing to end');
      outer.body.push({ range: outer.range, body });
      body = outer.body;
    } else if (/^["']/.test(inner)) {
      body.push({ text: unquoted(inner) });
    } else {
      body.push({ path: parsePath(inner), fromRoot: inner.startsWith('$') });
    }
  }
  return body;
}

function closingBrace(template: string, open: number): number {
  let quote = '';
  for (let i = open + 1; i < template.length; i++) {
    const c = template[i]!;
    if (quote !== '') {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '}') return i;
  }
  throw usageError('error parsing jsonpath: unclosed action');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

const unquoted = (text: string): string =>
  text.slice(1, -1).replace(/\\(.)/g, (_, c: string) => ESCAPES[c] ?? c);

const TOKEN =
  /\.\.([\w-]+)|\.?\*|\.((?:[\w-]|\\.)+)|\[\?\((.*?)\)\]|\[\s*['"](.*?)['"]\s*\]|\[([^\]]*)\]|^\$|^@|^([\w-]+)/gsy;

function parsePath(text: string): Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === '.' && at === text.length - 1) break;
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null)
      throw usageError(`error parsing jsonpath {${text}}, unrecognized character`);
    const [whole, descend, field, filter, quoted, bracket, bare] = match;
    at += whole.length;
    if (descend !== undefined) steps.push({ descend });
    else if (whole === '.*' || whole === '*') steps.push({ wildcard: true });
    else if (filter !== undefined) steps.push({ filter: parseFilter(filter) });
    else if (quoted !== undefined) steps.push({ field: quoted });
    else if (bracket !== undefined) steps.push(parseBracket(bracket.trim()));
    else if (field !== undefined) steps.push({ field: field.replace(/\\(.)/g, '$1') });
    else if (bare !== undefined) steps.push({ field: bare });
  }
  return steps;
}

function parseBracket(text: string): Step {
  if (text === '*') return { wildcard: true };
  if (text.includes(':')) {
    const [from, to, step] = text
      .split(':')
      .map((part) => (part === '' ? undefined : Number(part)));
    return { slice: [from, to, step ?? 1] };
  }
  const keys = text.split(',').map((key) => key.trim());
  return { union: keys };
}

function parseFilter(text: string): Filter {
  const match = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(text.trim());
  if (match === null)
    return { left: parsePath(text.trim()), operator: undefined, right: undefined };
  const [, left = '', operator, right = ''] = match;
  const value: unknown = /^["']/.test(right) ? unquoted(right) : JSON.parse(right);
  return { left: parsePath(left.trim()), operator, right: value };
}

function evaluate(steps: readonly Step[], from: unknown, root: unknown): unknown[] {
  let values: unknown[] = [from];
  for (const step of steps) values = values.flatMap((value) => take(step, value, root));
  return values;
}

function take(step: Step, value: unknown, root: unknown): unknown[] {
  if ('field' in step) return fieldOf(value, step.field);
  if ('wildcard' in step) return childrenOf(value);
  if ('descend' in step) return descendants(value).flatMap((item) => fieldOf(item, step.descend));
  if ('slice' in step) return sliceOf(value, step.slice);
  if ('union' in step) return step.union.flatMap((key) => elementOf(value, key));
  return childrenOf(value).filter((item) => meets(step.filter, item, root));
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldOf(value: unknown, field: string): unknown[] {
  if (!isMap(value) || !Object.hasOwn(value, field)) return [];
  return value[field] === undefined ? [] : [value[field]];
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isMap(value)
    ? Object.keys(value)
        .sort()
        .map((key) => value[key])
    : [];
}

const descendants = (value: unknown): unknown[] => [
  value,
  ...childrenOf(value).flatMap(descendants),
];

function sliceOf(
  value: unknown,
  [from, to, step]: readonly [number | undefined, number | undefined, number],
): unknown[] {
  if (!Array.isArray(value)) return [];
  return value.slice(from, to).filter((_, i) => i % step === 0) as unknown[];
}

function elementOf(value: unknown, key: string): unknown[] {
  const index = Number(key);
  if (!Array.isArray(value) || !Number.isInteger(index)) return fieldOf(value, key);
  const item = (value as unknown[]).at(index);
  return item === undefined ? [] : [item];
}

function meets({ left, operator, right }: Filter, item: unknown, root: unknown): boolean {
  const [value] = evaluate(left, item, root);
  if (operator === undefined) return value !== undefined;
  if (value === undefined) return false;
  switch (operator) {
    case '==':
      return value === right;
    case '!=':
      return value !== right;
    case '<':
      return (value as number) < (right as number);
    case '>':
      return (value as number) > (right as number);
    case '<=':
      return (value as number) <= (right as number);
    default:
      return (value as number) >= (right as number);
  }
}

function renderNodes(nodes: readonly TemplateNode[], at: unknown, root: unknown): string {
  let text = '';
  for (const node of nodes) {
    if ('text' in node) text += node.text;
    else if ('range' in node) {
      for (const item of evaluate(node.range, at, root)) text += renderNodes(node.body, item, root);
    } else {
      const values = evaluate(node.path, node.fromRoot ? root : at, root);
      text += values.map(valueText).join(' ');
    }
  }
  return text;
}

/** A value as kubectl prints it: text as it is, all else as JSON with sorted fields. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_key, item: unknown) =>
    isMap(item)
      ? Object.fromEntries(
          Object.keys(item)
            .sort()
            .map((k) => [k, item[k]]),
        )
      : item,
  );
}
