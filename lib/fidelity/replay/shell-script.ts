/**
 * Reads the part of the shell's grammar that scenarios use: simple commands with redirections,
 * pipes, here-documents, `for … in … do … done`, function definitions, and expansions within words.
 */

/** A piece of a word: text as it is, or something to expand; `quoted` expansions stay one word. */
export type Piece =
  | { readonly text: string }
  | { readonly variable: string; readonly quoted: boolean }
  | { readonly command: readonly Statement[]; readonly quoted: boolean };

export type Word = readonly Piece[];

export interface Redirection {
  readonly descriptor: 1 | 2;
  /** A file to write, or the descriptor whose place it takes (`2>&1`). */
  readonly to: Word | 1 | 2;
  readonly append: boolean;
}

export interface SimpleCommand {
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  /** The text of a here-document. */
  readonly input: Word | undefined;
}

export type Statement =
  | { readonly type: 'pipeline'; readonly commands: readonly SimpleCommand[] }
  | {
      readonly type: 'for';
      readonly variable: string;
      readonly words: readonly Word[];
      readonly body: readonly Statement[];
    }
  | { readonly type: 'function'; readonly name: string; readonly body: readonly Statement[] };

export class ShellError extends Error {}

export function parseScript(text: string): Statement[] {
  const parser = new Parser(text);
  return parser.statements(() => parser.atEnd);
}

const SEPARATORS = /[;\n]/;
const WORD_END = /[\s;|<>]/;

class Parser {
  private at = 0;
  private pendingHere: { readonly end: string; set(text: Word): void }[] = [];

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    this.skip();
    return this.at >= this.text.length;
  }

  statements(done: () => boolean): Statement[] {
    const found: Statement[] = [];
    for (;;) {
      this.skipSeparators();
      if (done()) return found;
      if (this.at >= this.text.length) throw new ShellError('the script ends too early');
      found.push(this.statement());
    }
  }

  private statement(): Statement {
    if (this.takeKeyword('for')) return this.forLoop();
    const definition = /^(\w+)\(\)\s*\{/.exec(this.text.slice(this.at));
    if (definition !== null) {
      this.at += definition[0].length;
      const body = this.statements(() => this.takeKeyword('}'));
      return { type: 'function', name: definition[1]!, body };
    }
    const commands = [this.command()];
    while (this.peek() === '|') {
      this.at++;
      commands.push(this.command());
    }
    return { type: 'pipeline', commands };
  }

  private forLoop(): Statement {
    const variable = /^\s*(\w+)\s+in\s+/.exec(this.text.slice(this.at));
    if (variable === null) throw new ShellError('for wants a variable and words');
    this.at += variable[0].length;
    const words: Word[] = [];
    while (!this.atSeparator()) words.push(this.word());
    this.skipSeparators();
    if (!this.takeKeyword('do')) throw new ShellError('for wants do');
    const body = this.statements(() => this.takeKeyword('done'));
    return { type: 'for', variable: variable[1]!, words, body };
  }

  private command(): SimpleCommand {
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    let input: Word | undefined;
    for (;;) {
      this.skip();
      if (this.atSeparator() || this.peek() === '|' || this.peek() === ')') break;
      const here = this.match(/^<<-?(\w+)/);
      if (here !== null) {
        this.pendingHere.push({ end: here[1]!, set: (text) => (input = text) });
        continue;
      }
      const redirection = this.redirection();
      if (redirection === undefined) words.push(this.word());
      else redirections.push(redirection);
    }
    // The text of a here-document follows the line.
    if (this.pendingHere.length > 0) this.takeHereDocuments();
    return { words, redirections, input };
  }

  private redirection(): Redirection | undefined {
    const match = this.match(/^([12]?)>(>?)(?:&([12]))?/);
    if (match === null) return undefined;
    const [, descriptor, append, target] = match;
    const to = target === undefined ? this.word() : (Number(target) as 1 | 2);
    return { descriptor: descriptor === '2' ? 2 : 1, to, append: append === '>' };
  }

  private takeHereDocuments(): void {
    const lineEnd = this.text.indexOf('\n', this.at);
    let next = lineEnd + 1;
    for (const { end, set } of this.pendingHere) {
      const close = new RegExp(`^${end}$`, 'm').exec(this.text.slice(next));
      if (close === null) throw new ShellError(`the here-document ${end} does not end`);
      set(piecesOf(this.text.slice(next, next + close.index)));
      next += close.index + close[0].length;
    }
    this.pendingHere = [];
    this.at = next;
  }

  private word(): Word {
    this.skip();
    const start = this.at;
    let quote = '';
    while (this.at < this.text.length) {
      const c = this.text[this.at]!;
      if (quote === "'") {
        if (c === "'") quote = '';
      } else if (c === '\\') this.at++;
      else if (c === '$' && this.text[this.at + 1] === '(') {
        this.at = closingParenthesis(this.text, this.at + 1);
      } else if (c === '"') quote = quote === '' ? c : '';
      else if (c === "'" && quote === '') quote = c;
      else if (quote === '' && (WORD_END.test(c) || c === ')')) break;
      this.at++;
    }
    return piecesOf(this.text.slice(start, this.at), true);
  }

  private peek(): string | undefined {
    this.skip();
    return this.text[this.at];
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    this.skip();
    const match = pattern.exec(this.text.slice(this.at));
    if (match !== null) this.at += match[0].length;
    return match;
  }

  private takeKeyword(word: string): boolean {
    this.skipSeparators();
    if (!this.text.startsWith(word, this.at)) return false;
    const next = this.text[this.at + word.length];
    if (next !== undefined && !/[\s;]/.test(next)) return false;
    this.at += word.length;
    return true;
  }

  private atSeparator(): boolean {
    this.skip();
    const c = this.text[this.at];
    return c === undefined || SEPARATORS.test(c);
  }

  /** Blanks and comments, but no ends of lines. */
  private skip(): void {
    for (;;) {
      const c = this.text[this.at];
      if (c === ' ' || c === '\t') this.at++;
      else if (c === '\\' && this.text[this.at + 1] === '\n') this.at += 2;
      else if (c === '#' && (this.at === 0 || /\s/.test(this.text[this.at - 1]!))) {
        while (this.at < this.text.length && this.text[this.at] !== '\n') this.at++;
      } else return;
    }
  }

  private skipSeparators(): void {
    this.skip();
    while (this.at < this.text.length && SEPARATORS.test(this.text[this.at]!)) {
      this.at++;
      this.skip();
    }
  }
}

/** @param open index of the opening parenthesis; the index of the one that closes it */
function closingParenthesis(text: string, open: number): number {
  let depth = 0;
  let quote = '';
  for (let i = open; i < text.length; i++) {
    const c = text[i]!;
    if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === "'" || c === '"') quote = c;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i;
  }
  throw new ShellError('a parenthesis is not closed');
}

/** The pieces of a raw word; without `quotes`, those are text, as in a here-document. */
function piecesOf(raw: string, quotes = false): Word {
  const pieces: Piece[] = [];
  let text = '';
  let quote = '';
  const flush = (): void => {
    if (text !== '') pieces.push({ text });
    text = '';
  };
  for (let i = 0; i < raw.length; i++) {
    const c = raw[i]!;
    const isQuote = quotes && (c === '"' || c === "'");
    if (quote === "'" && c !== "'") text += c;
    else if (isQuote && (quote === '' || quote === c)) {
      quote = quote === '' ? c : '';
      // An empty quoted word is a word all the same.
      if (quote === '' && raw.length === 2) pieces.push({ text: '' });
    } else if (c === '\\' && i + 1 < raw.length) {
      const next = raw[++i]!;
      text += quote === '"' && !'"\\$`\n'.includes(next) ? `\\${next}` : next;
    } else if (c === '$') {
      const expansion = expansionAt(raw, i, quote !== '' || !quotes);
      if (expansion === undefined) text += c;
      else {
        flush();
        pieces.push(expansion.piece);
        i = expansion.end - 1;
      }
    } else text += c;
  }
  flush();
  return pieces;
}

function expansionAt(
  raw: string,
  at: number,
  quoted: boolean,
): { readonly piece: Piece; readonly end: number } | undefined {
  if (raw[at + 1] === '(') {
    const close = closingParenthesis(raw, at + 1);
    const command = parseScript(raw.slice(at + 2, close));
    return { piece: { command, quoted }, end: close + 1 };
  }
  const braced = /^\$\{([^}]*)\}/.exec(raw.slice(at));
  if (braced !== null) {
    return { piece: { variable: braced[1]!, quoted }, end: at + braced[0].length };
  }
  const plain = /^\$(\w+|[?@])/.exec(raw.slice(at));
  if (plain === null) return undefined;
  return { piece: { variable: plain[1]!, quoted }, end: at + plain[0].length };
}
