/** The character classes of Go's regular expressions, as parts of a JavaScript class. */
import { GoPatternError, type PatternText } from './go-pattern-text';

/** What `\s` stands for: fewer characters than in JavaScript. */
export const SPACE = '\\t\\n\\f\\r ';
const NOT_SPACE = '\\0-\\x08\\v\\x0e-\\x1f!-\\u{10ffff}';

const POSIX: Readonly<Record<string, readonly [string, string]>> = {
  alnum: ['0-9A-Za-z', '\\0-\\/:-@\\[-`\\{-\\u{10ffff}'],
  alpha: ['A-Za-z', '\\0-@\\[-`\\{-\\u{10ffff}'],
  ascii: ['\\0-\\x7f', '\\x80-\\u{10ffff}'],
  blank: ['\\t ', '\\0-\\x08\\n-\\x1f!-\\u{10ffff}'],
  cntrl: ['\\0-\\x1f\\x7f', ' -~\\x80-\\u{10ffff}'],
  digit: ['0-9', '\\0-\\/:-\\u{10ffff}'],
  graph: ['!-~', '\\0- \\x7f-\\u{10ffff}'],
  lower: ['a-z', '\\0-`\\{-\\u{10ffff}'],
  print: [' -~', '\\0-\\x1f\\x7f-\\u{10ffff}'],
  punct: ['!-\\/:-@\\[-`\\{-~', '\\0- 0-9A-Za-z\\x7f-\\u{10ffff}'],
  space: ['\\t-\\r ', '\\0-\\x08\\x0e-\\x1f!-\\u{10ffff}'],
  upper: ['A-Z', '\\0-@\\[-\\u{10ffff}'],
  word: ['\\w', '\\W'],
  xdigit: ['0-9A-Fa-f', '\\0-\\/:-@G-`g-\\u{10ffff}'],
};

/** One character as it can stand anywhere in a JavaScript pattern. */
export const literal = (character: string): string =>
  /^[0-9A-Za-z_ ]$/.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`;

/** All characters that are the same but for their case, as parts of a class. */
export function anyCase(character: string): string {
  const forms = new Set([character, character.toLowerCase(), character.toUpperCase()]);
  if (/^[kK\u212a]$/.test(character)) for (const form of 'kK\u212a') forms.add(form);
  if (/^[sS\u017f]$/.test(character)) for (const form of 'sS\u017f') forms.add(form);
  return [...forms]
    .filter((form) => [...form].length === 1)
    .map(literal)
    .join('');
}

/** A class, from after its `[` to its `]`. */
export function characterClass(text: PatternText, ignoresCase: boolean): string {
  const start = text.at - 1;
  const negated = text.take('^');
  let parts = '';
  for (let isFirst = true; isFirst || text.peek() !== ']'; isFirst = false) {
    if (text.isAtEnd) {
      throw new GoPatternError('missing closing ]', text.pattern.slice(start));
    }
    parts += posixClass(text) ?? sharedClass(text, true) ?? range(text, ignoresCase, start);
  }
  text.next();
  return `[${negated ? '^' : ''}${parts}]`;
}

function posixClass(text: PatternText): string | undefined {
  const named = text.takeMatch(/\[:(\^?)(.*?):\]/y);
  if (named === undefined) return undefined;
  const forms = POSIX[named[2]!];
  if (forms === undefined) throw new GoPatternError('invalid character class range', named[0]);
  return forms[named[1] === '^' ? 1 : 0];
}

/** `\d`, `\s`, `\w` and `\p{…}`, which stand in and outside of classes. */
export function sharedClass(text: PatternText, inClass: boolean): string | undefined {
  const unicode = text.takeMatch(/\\([pP])(?:\{(\^?)([^}]*)\}|(.))/y);
  if (unicode !== undefined) return unicodeClass(unicode);
  const perl = text.takeMatch(/\\[dDsSwW]/y)?.[0];
  if (perl === '\\s') return inClass ? SPACE : `[${SPACE}]`;
  if (perl === '\\S') return inClass ? NOT_SPACE : `[^${SPACE}]`;
  return perl;
}

function unicodeClass([whole, letter, caret, long, short]: RegExpExecArray): string {
  const name = long ?? short!;
  const isNegated = (letter === 'P') !== (caret === '^');
  for (const property of [name, `Script=${name}`]) {
    try {
      const source = `\\${isNegated ? 'P' : 'p'}{${property}}`;
      new RegExp(source, 'u');
      return source;
    } catch {
      // It is no general category; it may be a script.
    }
  }
  throw new GoPatternError('invalid character class range', whole);
}

function range(text: PatternText, ignoresCase: boolean, classStart: number): string {
  const start = text.at;
  const low = classCharacter(text, classStart);
  const rest = text.pattern.slice(text.at);
  if (!rest.startsWith('-') || rest.startsWith('-]') || rest === '-') {
    return ignoresCase ? anyCase(low) : literal(low);
  }
  text.next();
  const high = classCharacter(text, classStart);
  const [from, to] = [low.codePointAt(0)!, high.codePointAt(0)!];
  if (to < from) throw new GoPatternError('invalid character class range', text.since(start));
  const own = span(from, to);
  if (!ignoresCase) return own;
  const others = shifted(from, to, 'A', 'Z', 32) + shifted(from, to, 'a', 'z', -32);
  return own + others + signs(from, to);
}

function classCharacter(text: PatternText, classStart: number): string {
  if (text.isAtEnd) {
    throw new GoPatternError('missing closing ]', text.pattern.slice(classStart));
  }
  return text.peek() === '\\' ? text.escaped() : text.next();
}

const span = (from: number, to: number): string =>
  `${literal(String.fromCodePoint(from))}-${literal(String.fromCodePoint(to))}`;

/** The signs of kelvin and of a long s, where a range has those letters. */
function signs(from: number, to: number): string {
  const has = (letter: string): boolean =>
    [letter, letter.toUpperCase()].some((one) => one >= at(from) && one <= at(to));
  return (has('k') ? literal('\u212a') : '') + (has('s') ? literal('\u017f') : '');
}

const at = (code: number): string => String.fromCodePoint(code);

/** The other case of what a range has of a part of the alphabet. */
function shifted(from: number, to: number, first: string, last: string, by: number): string {
  const low = Math.max(from, first.charCodeAt(0));
  const high = Math.min(to, last.charCodeAt(0));
  return low > high ? '' : span(low + by, high + by);
}
