/** The text of a Go regular expression, read from left to right, and what Go says is wrong with it. */

/** A pattern that Go's regexp package does not take. */
export class GoPatternError extends Error {
  constructor(what: string, where: string) {
    super(`error parsing regexp: ${what}: \`${where}\``);
    this.name = 'GoPatternError';
  }
}

const CONTROL: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const MAX_CODE_POINT = 0x10ffff;

export class PatternText {
  at = 0;

  constructor(readonly pattern: string) {}

  get isAtEnd(): boolean {
    return this.at >= this.pattern.length;
  }

  /** The character that comes next, '' at the end. */
  peek(): string {
    const code = this.pattern.codePointAt(this.at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  next(): string {
    const character = this.peek();
    this.at += character.length;
    return character;
  }

  /** Takes a text if it comes next. */
  take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Takes what a sticky expression matches here. */
  takeMatch(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const match = expression.exec(this.pattern);
    if (match !== null) this.at += match[0].length;
    return match ?? undefined;
  }

  since(start: number): string {
    return this.pattern.slice(start, this.at);
  }

  /** The character that an escape stands for; its backslash comes next. */
  escaped(): string {
    const start = this.at;
    this.next();
    if (this.isAtEnd) throw new GoPatternError('trailing backslash at end of expression', '');
    const octal = this.takeMatch(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal[0], 8));
    const hex = this.takeMatch(/x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/y);
    const code = hex === undefined ? -1 : Number.parseInt(hex[1] ?? hex[2]!, 16);
    if (hex !== undefined && code <= MAX_CODE_POINT) return String.fromCodePoint(code);
    const character = hex === undefined ? this.next() : '';
    const control = CONTROL[character];
    if (control !== undefined) return control;
    if (/^[!-/:-@[-`{-~ ]$/.test(character)) return character;
    throw new GoPatternError('invalid escape sequence', this.since(start));
  }
}
