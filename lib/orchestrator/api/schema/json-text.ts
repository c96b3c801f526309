/**
 * Reads JSON as the API server does: it must notice fields that are there twice, which JSON.parse
 * cannot, and say what is wrong in the words of Go's encoding/json.
 */

/** A text that is not JSON. */
export class JsonTextError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonTextError';
  }
}

export interface ParsedJson {
  readonly value: unknown;
  /** For each object that names a field more than once: those fields, in order. */
  readonly duplicates: WeakMap<object, ReadonlySet<string>>;
}

/** Nesting that Go's decoder refuses. */
const MAX_DEPTH = 10_000;

/** Parses a whole text; throws JsonTextError. */
export function parseJsonText(text: string): ParsedJson {
  const reader = new Reader(text);
  const value = reader.readDocument();
  return { value, duplicates: reader.duplicates };
}

const END_OF_INPUT = 'unexpected end of JSON input';
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Reader {
  readonly duplicates = new WeakMap<object, ReadonlySet<string>>();
  private position = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  readDocument(): unknown {
    const value = this.readValue();
    this.skipSpace();
    if (this.position < this.text.length) this.fail('after top-level value');
    return value;
  }

  private readValue(): unknown {
    this.skipSpace();
    switch (this.peek()) {
      case '{':
        return this.nested(() => this.readObject());
      case '[':
        return this.nested(() => this.readArray());
      case '"':
        return this.readString();
      case 't':
        return this.readWord('true', true);
      case 'f':
        return this.readWord('false', false);
      case 'n':
        return this.readWord('null', null);
      default:
        return this.readNumber();
    }
  }

  private nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new JsonTextError('exceeded max depth');
    const value = read();
    this.depth -= 1;
    return value;
  }

  private readObject(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    let twice: Set<string> | undefined;
    this.position += 1;
    this.skipSpace();
    if (this.peek() === '}') {
      this.position += 1;
      return object;
    }
    for (;;) {
      this.skipSpace();
      if (this.peek() !== '"') this.fail('looking for beginning of object key string');
      const key = this.readString();
      this.skipSpace();
      if (this.peek() !== ':') this.fail('after object key');
      this.position += 1;
      if (Object.hasOwn(object, key)) {
        twice = (twice ?? new Set()).add(key);
        // The error comes where the field is named again: so does the field.
        delete object[key];
      }
      setField(object, key, this.readValue());
      this.skipSpace();
      const next = this.peek();
      if (next !== ',' && next !== '}') this.fail('after object key:value pair');
      this.position += 1;
      if (next === '}') break;
    }
    if (twice !== undefined) this.duplicates.set(object, twice);
    return object;
  }

  private readArray(): unknown[] {
    const items: unknown[] = [];
    this.position += 1;
    this.skipSpace();
    if (this.peek() === ']') {
      this.position += 1;
      return items;
    }
    for (;;) {
      items.push(this.readValue());
      this.skipSpace();
      const next = this.peek();
      if (next !== ',' && next !== ']') this.fail('after array element');
      this.position += 1;
      if (next === ']') return items;
    }
  }

  private readString(): string {
    this.position += 1;
    const start = this.position;
    let result = '';
    let plainFrom = start;
    for (;;) {
      const char = this.text.charAt(this.position);
      if (char === '') throw new JsonTextError(END_OF_INPUT);
      if (char === '"') {
        result += this.text.slice(plainFrom, this.position);
        this.position += 1;
        return result;
      }
      if (char < ' ') this.fail('in string literal');
      if (char === '\\') {
        result += this.text.slice(plainFrom, this.position) + this.readEscape();
        plainFrom = this.position;
      } else {
        this.position += 1;
      }
    }
  }

  private readEscape(): string {
    this.position += 1;
    const char = this.peek();
    if (char === '') throw new JsonTextError(END_OF_INPUT);
    const plain = ESCAPES[char];
    if (plain !== undefined) {
      this.position += 1;
      return plain;
    }
    if (char !== 'u') this.fail('in string escape code');
    for (let digit = 1; digit <= 4; digit += 1) {
      this.position += 1;
      if (this.peek() === '') throw new JsonTextError(END_OF_INPUT);
      if (!/[0-9a-fA-F]/.test(this.peek())) this.fail('in \\u hexadecimal character escape');
    }
    const code = Number.parseInt(this.text.slice(this.position - 3, this.position + 1), 16);
    this.position += 1;
    return String.fromCharCode(code);
  }

  private readWord<T>(word: string, value: T): T {
    for (let index = 1; index < word.length; index += 1) {
      this.position += 1;
      if (this.peek() === word.charAt(index)) continue;
      this.fail(`in literal ${word} (expecting '${word.charAt(index)}')`);
    }
    this.position += 1;
    return value;
  }

  private readNumber(): number {
    NUMBER.lastIndex = this.position;
    const match = NUMBER.exec(this.text);
    if (match === null) {
      if (this.peek() === '-') {
        this.position += 1;
        this.fail('in numeric literal');
      }
      this.fail('looking for beginning of value');
    }
    this.position = NUMBER.lastIndex;
    return Number(match[0]);
  }

  private peek(): string {
    return this.text.charAt(this.position);
  }

  private skipSpace(): void {
    for (;;) {
      const char = this.peek();
      if (char !== ' ' && char !== '\n' && char !== '\t' && char !== '\r') return;
      this.position += 1;
    }
  }

  private fail(where: string): never {
    const char = this.peek();
    if (char === '') throw new JsonTextError(END_OF_INPUT);
    throw new JsonTextError(`invalid character ${quoteChar(char)} ${where}`);
  }
}

/** A character as Go's decoder quotes it. */
function quoteChar(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  const quoted = JSON.stringify(char);
  return `'${quoted.slice(1, -1)}'`;
}

/** Sets a field whatever its name: `__proto__` too is only a name here. */
function setField(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') {
    object[key] = value;
    return;
  }
  Object.defineProperty(object, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
