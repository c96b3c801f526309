/**
 * The regular expressions of schemas are Go's: this reads them as regexp/syntax does, with its
 * errors, and writes them as JavaScript's. Flags that change in the middle, POSIX classes, what
 * `.`, `\s` and `$` mean and what may be escaped are where the two differ.
 * FIDELITY: whether a repetition is greedy makes no difference to whether a text matches, and the
 * flag for it is read over.
 */
import { anyCase, characterClass, literal, sharedClass } from './go-character-class';
import { GoPatternError, PatternText } from './go-pattern-text';

/** What Go says of a pattern that it cannot read; undefined if all is well. */
export function goPatternError(pattern: string): string | undefined {
  try {
    new Translation(pattern).whole();
    return undefined;
  } catch (error) {
    if (error instanceof GoPatternError) return error.message;
    throw error;
  }
}

/**
 * A text matches it if Go's expression of that pattern matches it somewhere.
 * @throws GoPatternError
 */
export function goRegExp(pattern: string): RegExp {
  const translation = new Translation(pattern);
  return new RegExp(translation.whole(), 'u');
}

interface Flags {
  /** Letters match in both cases. */
  i: boolean;
  /** `^` and `$` match at lines. */
  m: boolean;
  /** `.` matches the end of a line. */
  s: boolean;
}

const MAX_REPEAT = 1000;

class Translation {
  private readonly text: PatternText;

  constructor(private readonly pattern: string) {
    this.text = new PatternText(pattern);
  }

  whole(): string {
    const source = this.alternatives({ i: false, m: false, s: false });
    if (!this.text.isAtEnd) throw new GoPatternError('unexpected )', this.pattern);
    return source;
  }

  /** Everything to the end of a group; flags that are set in it hold to there. */
  private alternatives(flags: Flags): string {
    const { text } = this;
    let source = '';
    let canRepeat = false;
    let repeatedAt = -1;
    while (!text.isAtEnd && text.peek() !== ')') {
      const start = text.at;
      const repetition = this.repetition();
      if (repetition !== undefined) {
        if (!canRepeat) {
          throw new GoPatternError('missing argument to repetition operator', repetition);
        }
        text.take('?');
        if (repeatedAt >= 0) {
          const stacked = text.since(repeatedAt);
          throw new GoPatternError('invalid nested repetition operator', stacked);
        }
        source += repetition;
        repeatedAt = start;
        continue;
      }
      repeatedAt = -1;
      const part = text.take('|') ? '|' : this.part(flags);
      canRepeat = part !== '|' && part !== '';
      source += part;
    }
    return source;
  }

  private repetition(): string | undefined {
    const found = this.text.takeMatch(/[*+?]|\{(\d+)(?:(,)(\d*))?\}/y);
    if (found === undefined) return undefined;
    const [source, low, , high] = found;
    if (low === undefined) return source;
    const [least, most] = [Number(low), high ? Number(high) : -1];
    if (least > MAX_REPEAT || most > MAX_REPEAT || (most >= 0 && least > most)) {
      throw new GoPatternError('invalid repeat count', source);
    }
    return source;
  }

  /** One thing that can be repeated; '' for flags. */
  private part(flags: Flags): string {
    const { text } = this;
    switch (text.peek()) {
      case '(':
        return this.group(flags);
      case '[':
        text.next();
        return characterClass(text, flags.i);
      case '\\':
        return this.escape(flags);
      case '.':
        text.next();
        return flags.s ? '[^]' : '[^\\n]';
      case '^':
        text.next();
        return flags.m ? '(?:(?<![^\\n]))' : '(?:^)';
      case '$':
        text.next();
        return flags.m ? '(?:(?![^\\n]))' : '(?:$)';
      default:
        return this.character(text.next(), flags);
    }
  }

  private character(character: string, flags: Flags): string {
    return flags.i ? `[${anyCase(character)}]` : literal(character);
  }

  private escape(flags: Flags): string {
    const { text } = this;
    const quoted = text.takeMatch(/\\Q((?:(?!\\E)[^])*)(?:\\E)?/y);
    if (quoted !== undefined) {
      const all = [...quoted[1]!].map((character) => this.character(character, flags));
      return all.join('');
    }
    if (text.take('\\A')) return '(?:^)';
    if (text.take('\\z')) return '(?:$)';
    const boundary = text.takeMatch(/\\[bB]/y);
    if (boundary !== undefined) return `(?:${boundary[0]})`;
    return sharedClass(text, false) ?? this.character(text.escaped(), flags);
  }

  private group(flags: Flags): string {
    const { text } = this;
    const start = text.at;
    text.next();
    let own = { ...flags };
    if (/^\?P?</.test(text.pattern.slice(text.at))) this.groupName(start);
    else if (text.take('?')) {
      const [changed, isGroup] = this.flagChange(start, flags);
      if (!isGroup) {
        Object.assign(flags, changed);
        return '';
      }
      own = changed;
    }
    const source = this.alternatives(own);
    if (!text.take(')')) throw new GoPatternError('missing closing )', this.pattern);
    return `(?:${source})`;
  }

  private groupName(start: number): void {
    if (this.text.takeMatch(/\?P?<\w+>/y) !== undefined) return;
    const rest = this.pattern.slice(start);
    const end = rest.indexOf('>');
    throw new GoPatternError('invalid named capture', end < 0 ? rest : rest.slice(0, end + 1));
  }

  /** `(?i)` for what follows, `(?i:` for a group; `-` takes flags away. */
  private flagChange(start: number, flags: Flags): [Flags, boolean] {
    const { text } = this;
    const changed = { ...flags };
    let value = true;
    let isNamed = true;
    while (!text.isAtEnd) {
      const flag = text.next();
      if ((flag === ')' || flag === ':') && isNamed) return [changed, flag === ':'];
      if (flag === 'i' || flag === 'm' || flag === 's') changed[flag] = value;
      else if (flag === '-' && value) value = false;
      else if (flag !== 'U') {
        throw new GoPatternError('invalid or unsupported Perl syntax', text.since(start));
      }
      isNamed = flag !== '-';
    }
    throw new GoPatternError('missing closing )', this.pattern);
  }
}
