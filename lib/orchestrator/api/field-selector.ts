/**
 * Field selectors: `spec.nodeName=n1,status.phase!=Running`. Stands for apimachinery's fields
 * package; which fields a kind supports is the kind's own (KindDefinition.selectableFields).
 */

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}
export type Requirement = FieldRequirement;

/** A field selector that does not parse, in Kubernetes' words. */
export class FieldSelectorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FieldSelectorError';
  }
}

/** The requirements of a field selector's text, sorted by their text; throws FieldSelectorError. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text).sort()) {
    if (term === '') continue;
    requirements.push(parseTerm(term, text));
  }
  return requirements;
}

/** Whether a value meets a requirement. */
export const meetsFieldRequirement = (requirement: FieldRequirement, value: string): boolean =>
  (requirement.operator === '=') === (value === requirement.value);

/** The text of requirements, with commas, equals signs and backslashes in values escaped. */
export const formatFieldSelector = (requirements: readonly FieldRequirement[]): string =>
  requirements
    .map(({ field, operator, value }) => `${field}${operator}${value.replace(/[\\,=]/g, '\\$&')}`)
    .join(',');

/** Splits at commas that no backslash precedes. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '\\') index += 1;
    else if (char === ',') {
      terms.push(text.slice(start, index));
      start = index + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

const TERM_OPERATORS = ['!=', '==', '='] as const;

function parseTerm(term: string, text: string): FieldRequirement {
  for (let index = 0; index < term.length; index += 1) {
    const operator = TERM_OPERATORS.find((candidate) => term.startsWith(candidate, index));
    if (operator === undefined) continue;
    return {
      field: term.slice(0, index),
      operator: operator === '!=' ? '!=' : '=',
      value: unescape(term.slice(index + operator.length)),
    };
  }
  throw new FieldSelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
}

function unescape(value: string): string {
  let result = '';
  for (let index = 0; index < value.length; index += 1) {
    const char = value.charAt(index);
    if (char === '\\') {
      const escaped = value.charAt(index + 1);
      if (escaped !== '\\' && escaped !== ',' && escaped !== '=') {
        throw new FieldSelectorError(
          `invalid field selector: invalid escape sequence: ${value.slice(index, index + 2)}`,
        );
      }
      result += escaped;
      index += 1;
    } else if (char === ',' || char === '=') {
      throw new FieldSelectorError(
        `invalid field selector: unescaped character in value: ${char.charCodeAt(0)}`,
      );
    } else {
      result += char;
    }
  }
  return result;
}
