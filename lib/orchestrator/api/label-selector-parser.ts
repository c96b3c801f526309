/**
 * The grammar of label selectors as text (`a=b,c in (d,e),!f`), with the errors of
 * apimachinery's own parser. Callers use `parseSelector` of label-selector.ts.
 */
import { printValue } from './field-error';
import { isLabelValue, isQualifiedName } from './name-formats';

export type SelectorOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One condition on a label; values are sorted and each is there once. */
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** A selector's text that does not parse, in Kubernetes' words. */
export class SelectorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SelectorError';
  }
}

const BINARY_OPERATORS = 'in, notin, =, ==, !=, gt, lt';
const SPECIAL = new Set(['=', '!', '(', ')', ',', '>', '<']);
const SYMBOLS = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);

interface Token {
  readonly kind: 'identifier' | 'symbol' | 'error' | 'end';
  readonly text: string;
}

/** The requirements in the order of the text; throws SelectorError. */
export function parseRequirements(text: string): Requirement[] {
  const tokens = new Tokens(text);
  const requirements: Requirement[] = [];
  for (;;) {
    const token = tokens.peek();
    if (token.kind === 'end') return requirements;
    if (token.kind !== 'identifier' && !isSymbol(token, '!')) {
      throw new SelectorError(`found '${token.text}', expected: !, identifier, or 'end of string'`);
    }
    requirements.push(parseOne(tokens));
    const separator = tokens.next();
    if (separator.kind === 'end') return requirements;
    if (!isSymbol(separator, ',')) {
      throw new SelectorError(`found '${separator.text}', expected: ',' or 'end of string'`);
    }
    const following = tokens.peek();
    if (following.kind !== 'identifier' && !isSymbol(following, '!')) {
      throw new SelectorError(`found '${following.text}', expected: identifier after ','`);
    }
  }
}

function parseOne(tokens: Tokens): Requirement {
  try {
    return parseRequirement(tokens);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw new SelectorError(`unable to parse requirement: ${error.message}`);
  }
}

function parseRequirement(tokens: Tokens): Requirement {
  let token = tokens.next();
  const negated = isSymbol(token, '!');
  if (negated) token = tokens.next();
  if (token.kind !== 'identifier') {
    throw new SelectorError(`found '${token.text}', expected: identifier`);
  }
  const key = token.text;
  const wrong = isQualifiedName(key);
  // Kubernetes prints the path of the key as <nil> here, for there is none.
  if (wrong.length > 0) throw new SelectorError(badValue('<nil>', key, wrong));
  if (negated) return { key, operator: '!', values: [] };
  const after = tokens.peek();
  if (after.kind === 'end' || isSymbol(after, ',')) return { key, operator: 'exists', values: [] };
  return checked({ key, operator: parseOperator(tokens), values: [] }, tokens);
}

function parseOperator(tokens: Tokens): SelectorOperator {
  const token = tokens.next();
  if (token.kind === 'identifier' && (token.text === 'in' || token.text === 'notin')) {
    return token.text;
  }
  if (token.kind === 'symbol') {
    if (token.text === '>') return 'gt';
    if (token.text === '<') return 'lt';
    if (token.text === '=' || token.text === '==' || token.text === '!=') return token.text;
  }
  throw new SelectorError(`found '${token.text}', expected: ${BINARY_OPERATORS}`);
}

/** Reads the values that the operator takes and checks them as Kubernetes does. */
function checked(start: Requirement, tokens: Tokens): Requirement {
  const { key, operator } = start;
  const isSet = operator === 'in' || operator === 'notin';
  const found = isSet ? parseValues(tokens) : [parseExactValue(tokens)];
  const values = [...new Set(found)].sort();
  const errors: string[] = [];
  if (operator === 'gt' || operator === 'lt') {
    values.forEach((value, index) => {
      if (/^[-+]?[0-9]+$/.test(value)) return;
      const why = "for 'Gt', 'Lt' operators, the value must be an integer";
      errors.push(`values[${index}]: Invalid value: ${printValue(value)}: ${why}`);
    });
  }
  values.forEach((value, index) => {
    const wrong = isLabelValue(value);
    if (wrong.length > 0) errors.push(badValue(`values[${index}][${key}]`, value, wrong));
  });
  if (errors.length === 1) throw new SelectorError(errors[0] ?? '');
  if (errors.length > 1) throw new SelectorError(`[${errors.join(', ')}]`);
  return { key, operator, values };
}

const badValue = (path: string, value: string, messages: readonly string[]): string =>
  `${path}: Invalid value: ${printValue(value)}: ${messages.join('; ')}`;

function parseExactValue(tokens: Tokens): string {
  const ahead = tokens.peek();
  if (ahead.kind === 'end' || isSymbol(ahead, ',')) return '';
  const token = tokens.next();
  if (token.kind === 'identifier') return token.text;
  throw new SelectorError(`found '${token.text}', expected: identifier`);
}

function parseValues(tokens: Tokens): string[] {
  const open = tokens.next();
  if (!isSymbol(open, '(')) throw new SelectorError(`found '${open.text}' expected: '('`);
  const first = tokens.peek();
  if (isSymbol(first, ')')) {
    tokens.next();
    return [''];
  }
  if (first.kind !== 'identifier' && !isSymbol(first, ',')) {
    throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
  }
  const values = parseList(tokens);
  if (!isSymbol(tokens.next(), ')')) {
    throw new SelectorError(`found '${first.text}', expected: ')'`);
  }
  return values;
}

/** Identifiers between commas up to, not including, the closing parenthesis; gaps are ''. */
function parseList(tokens: Tokens): string[] {
  const values: string[] = [];
  for (;;) {
    const token = tokens.next();
    if (token.kind === 'identifier') {
      values.push(token.text);
      const ahead = tokens.peek();
      if (isSymbol(ahead, ')')) return values;
      if (isSymbol(ahead, ',')) continue;
      throw new SelectorError(`found '${ahead.text}', expected: ',' or ')'`);
    }
    if (!isSymbol(token, ',')) {
      throw new SelectorError(`found '${token.text}', expected: ',', or identifier`);
    }
    if (values.length === 0) values.push('');
    const ahead = tokens.peek();
    if (isSymbol(ahead, ')')) {
      values.push('');
      return values;
    }
    if (isSymbol(ahead, ',')) {
      tokens.next();
      values.push('');
    }
  }
}

const isSymbol = (token: Token, text: string): boolean =>
  token.kind === 'symbol' && token.text === text;

/** The lexer: whitespace separates, symbols are matched greedily, the rest are identifiers. */
class Tokens {
  private position = 0;
  private ahead: Token | undefined;

  constructor(private readonly text: string) {}

  peek(): Token {
    this.ahead ??= this.scan();
    return this.ahead;
  }

  next(): Token {
    const token = this.peek();
    this.ahead = undefined;
    return token;
  }

  private scan(): Token {
    while (/[ \t\r\n]/.test(this.text.charAt(this.position))) this.position += 1;
    const char = this.text.charAt(this.position);
    if (char === '') return { kind: 'end', text: '' };
    return SPECIAL.has(char) ? this.scanSymbol() : this.scanIdentifier();
  }

  private scanSymbol(): Token {
    const two = this.text.slice(this.position, this.position + 2);
    const symbol = SYMBOLS.has(two) ? two : two.charAt(0);
    this.position += symbol.length;
    return { kind: 'symbol', text: symbol };
  }

  private scanIdentifier(): Token {
    const start = this.position;
    for (;;) {
      const char = this.text.charAt(this.position);
      if (char === '' || SPECIAL.has(char) || /[ \t\r\n]/.test(char)) break;
      this.position += 1;
    }
    return { kind: 'identifier', text: this.text.slice(start, this.position) };
  }
}
