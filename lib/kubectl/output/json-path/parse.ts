/** Reads kubectl's JSONPath templates. Stands for the parser of client-go's jsonpath package. */
import { usageError } from '../../kubectl-error';

/** Text as it is, or the steps in one pair of braces. */
export type Part = string | readonly Step[];

export type Step =
  | { readonly field: string }
  | { readonly literal: string | number | boolean }
  | { readonly identifier: string }
  | { readonly slice: Slice }
  | { readonly union: readonly (readonly Step[])[] }
  | { readonly filter: Filter }
  | 'wildcard'
  | 'recursive';

export interface Slice {
  readonly from: number;
  /** Undefined stands for the end of the list. */
  readonly to: number | undefined;
  /** Whether it is one index rather than a range. */
  readonly isIndex: boolean;
  readonly step: number;
}

export interface Filter {
  readonly left: readonly Step[];
  /** `exists` if there is nothing to compare with. */
  readonly operator: string;
  readonly right: readonly Step[];
}

export function parseTemplate(template: string): Part[] {
  try {
    return new Parser(template).template();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw usageError(`error parsing jsonpath ${template}, ${error.message}`);
  }
}

class ParseError extends Error {}

const BLANK = /\s/;
const ENDS_NAME = /[\s.,[\]$@{}]/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** The steps of a text that stands for what is in braces. */
const action = (text: string): readonly Step[] =>
  new Parser(`{${text}}`).template()[0] as readonly Step[];

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  template(): Part[] {
    const parts: Part[] = [];
    while (this.at < this.text.length) {
      const open = this.text.indexOf('{', this.at);
      const end = open < 0 ? this.text.length : open;
      if (end > this.at) parts.push(this.text.slice(this.at, end));
      this.at = end + 1;
      if (open >= 0) parts.push(this.steps());
    }
    return parts;
  }

  private steps(): Step[] {
    const steps: Step[] = [];
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined || c === '\n') throw new ParseError('unclosed action');
      if (c === '}') {
        this.at++;
        return steps;
      }
      if (BLANK.test(c) || c === '@' || c === '$') this.at++;
      else this.step(c, steps);
    }
  }

  private step(c: string, steps: Step[]): void {
    if (this.text.startsWith('[?(', this.at)) steps.push(this.filter());
    else if (this.text.startsWith('..', this.at)) this.recursive(steps);
    else if (c === '[') steps.push(...this.array());
    else if (c === '"' || c === "'") steps.push(this.quoted(c));
    else if (c === '.') {
      this.at++;
      steps.push(this.field());
    } else if (/[+\-\d]/.test(c)) steps.push(this.number());
    else if (/[\w]/.test(c)) steps.push(this.identifier());
    else throw new ParseError(`unrecognized character in action: ${unicode(c)}`);
  }

  private recursive(steps: Step[]): void {
    if (steps.at(-1) === 'recursive') throw new ParseError('invalid multiple recursive descent');
    this.at += 2;
    steps.push('recursive');
    if (/\w/.test(this.text[this.at] ?? '')) steps.push(this.field());
  }

  private name(): string {
    const start = this.at;
    while (this.at < this.text.length && !ENDS_NAME.test(this.text[this.at]!)) {
      this.at += this.text[this.at] === '\\' ? 2 : 1;
    }
    return this.text.slice(start, this.at);
  }

  private field(): Step {
    const name = this.name();
    return name === '*' ? 'wildcard' : { field: name.replaceAll('\\', '') };
  }

  private identifier(): Step {
    const name = this.name();
    if (name === 'true' || name === 'false') return { literal: name === 'true' };
    return { identifier: name };
  }

  private number(): Step {
    const [text] = /^[+-]?[\d.]*/.exec(this.text.slice(this.at))!;
    this.at += text.length;
    const value = Number(text);
    if (Number.isNaN(value)) throw new ParseError(`cannot parse number ${text}`);
    return { literal: value };
  }

  private quoted(quote: string): Step {
    let value = '';
    for (let i = this.at + 1; i < this.text.length && this.text[i] !== '\n'; i++) {
      const c = this.text[i]!;
      if (c === quote) {
        this.at = i + 1;
        return { literal: value };
      }
      if (c === '\\') {
        const escaped = this.text[++i] ?? '';
        value += ESCAPES[escaped] ?? escaped;
      } else value += c;
    }
    throw new ParseError('unterminated quoted string');
  }

  private array(): readonly Step[] {
    const close = this.text.indexOf(']', this.at);
    if (close < 0) throw new ParseError('unterminated array');
    const inner = this.text.slice(this.at + 1, close);
    this.at = close + 1;
    const items = inner.split(',');
    if (items.length > 1) return [{ union: items.map((item) => action(`[${item.trim()}]`)) }];
    const key = /^'([^']*)'$/.exec(inner)?.[1];
    if (key !== undefined) return action(`.${key}`);
    return [{ slice: sliceOf(inner === '*' ? ':' : inner) }];
  }

  private filter(): Step {
    const start = this.at + '[?('.length;
    const end = this.endOfFilter(start);
    if (this.text[end + 1] !== ']') throw new ParseError('unclosed array expect ]');
    this.at = end + 2;
    const text = this.text.slice(start, end);
    const match = /^([^!<>=]+)([!<>=]+)(.+?)$/s.exec(text);
    if (match === null) return { filter: { left: action(text), operator: 'exists', right: [] } };
    const [, left = '', operator = '', right = ''] = match;
    return { filter: { left: action(left), operator, right: action(right) } };
  }

  /** Parentheses within quotes do not end it. */
  private endOfFilter(start: number): number {
    let quote = '';
    for (let i = start; i < this.text.length && this.text[i] !== '\n'; i++) {
      const c = this.text[i]!;
      if (c === ')' && quote === '') return i;
      if (quote === '' && (c === '"' || c === "'")) quote = c;
      else if (c === quote && this.text[i - 1] !== '\\') quote = '';
    }
    throw new ParseError('unterminated filter');
  }
}

function sliceOf(text: string): Slice {
  const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (match === null) throw new ParseError(`invalid array index ${text}`);
  const [, from = '', to, step] = match;
  const number = (part: string | undefined): number | undefined =>
    part === undefined || part === ':' ? undefined : Number(part.slice(1));
  const first = Number(from);
  return {
    from: first,
    to: to === undefined ? first + 1 : number(to),
    isIndex: to === undefined,
    step: number(step) ?? 1,
  };
}

/** `U+002F '/'` */
const unicode = (c: string): string =>
  `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} '${c}'`;
