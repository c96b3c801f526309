/**
 * The JSONPath of printer columns, selectable fields and scale: names, quoted names, indexes, `*`
 * and filters that compare a field with a text. Anything else finds nothing.
 */

type Step =
  | { readonly name: string }
  | { readonly index: number }
  | { readonly all: true }
  | { readonly field: readonly Step[]; readonly equals: string; readonly negated: boolean };

const parsed = new Map<string, readonly Step[]>();

/** Everything that the path finds in the object, in order. */
export function findAll(object: unknown, path: string): unknown[] {
  let steps = parsed.get(path);
  if (steps === undefined) parsed.set(path, (steps = parse(path)));
  return follow([object], steps);
}

/** The first value that the path finds; undefined if there is none. */
export const findFirst = (object: unknown, path: string): unknown => findAll(object, path)[0];

/** The names of a path that has only names, as scale has: `.spec.replicas`. */
export function namesOf(path: string): string[] {
  return parse(path).flatMap((step) => ('name' in step ? [step.name] : []));
}

const STEP =
  /\.((?:[^.[\]\\]|\\.)+)|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[(-?\d+)\]|\[\*\]|\.\*|\[\?\(@((?:[^=!()]|\\.)+?)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^)]*))\)\]/y;

function parse(path: string): Step[] {
  const text = path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  const steps: Step[] = [];
  for (let at = 0; at < text.length;) {
    STEP.lastIndex = at;
    const found = STEP.exec(text);
    if (found === null) return [{ index: Infinity }];
    at += found[0].length;
    steps.push(stepOf(found));
  }
  return steps;
}

function stepOf(found: RegExpExecArray): Step {
  const [whole, name, quoted, doubleQuoted, index, field, operator, double, single, bare] = found;
  if (whole === '.*' || whole === '[*]') return { all: true };
  if (index !== undefined) return { index: Number(index) };
  if (field !== undefined) {
    const equals = double ?? single ?? bare?.trim() ?? '';
    return { field: parse(field.trim()), equals, negated: operator === '!=' };
  }
  return { name: (name ?? quoted ?? doubleQuoted ?? '').replace(/\\(.)/g, '$1') };
}

function follow(values: readonly unknown[], steps: readonly Step[]): unknown[] {
  let found = [...values];
  for (const step of steps) found = found.flatMap((value) => next(value, step));
  return found;
}

function next(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const items = Array.isArray(value) ? (value as unknown[]) : undefined;
  if ('all' in step) return items ?? Object.values(value);
  if ('name' in step) {
    if (items !== undefined || !Object.hasOwn(value, step.name)) return [];
    const child = (value as Readonly<Record<string, unknown>>)[step.name];
    return child === undefined ? [] : [child];
  }
  if ('index' in step) {
    const child = items?.[step.index < 0 ? items.length + step.index : step.index];
    return child === undefined ? [] : [child];
  }
  return (items ?? []).filter((item) => {
    const [field] = follow([item], step.field);
    return field !== undefined && (String(field) === step.equals) !== step.negated;
  });
}
