/**
 * Label selectors: the object form that specs carry (matchLabels, matchExpressions) and the text
 * form of queries and tables (`app=web,tier in (a,b),!canary`). Stands for apimachinery's labels
 * package and metav1's selector helpers and validation.
 */
import type { FieldError } from './field-error';
import { forbidden, invalid, required } from './field-error';
import { isLabelValue, isQualifiedName, validateLabels } from './name-formats';
import type { StringMap } from './object';
import type { Requirement } from './label-selector-parser';
import { parseRequirements } from './label-selector-parser';

export type { Requirement } from './label-selector-parser';
export { SelectorError } from './label-selector-parser';

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface LabelSelector {
  readonly matchLabels?: StringMap;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

export type LabelMatcher = (labels: StringMap | undefined) => boolean;

/** A selector that was given as text. */
export interface ParsedSelector {
  readonly requirements: readonly Requirement[];
  readonly matches: LabelMatcher;
  /** The canonical text: requirements sorted by key. */
  readonly text: string;
}

const NOTHING: LabelMatcher = () => false;
const EVERYTHING: LabelMatcher = () => true;
const compiled = new WeakMap<LabelSelector, LabelMatcher>();

/** A test for labels; an absent selector selects nothing, an empty one everything. */
export function compileSelector(selector: LabelSelector | undefined | null): LabelMatcher {
  if (selector === undefined || selector === null) return NOTHING;
  const known = compiled.get(selector);
  if (known !== undefined) return known;
  const matcher = compileRequirements(requirementsOf(selector));
  compiled.set(selector, matcher);
  return matcher;
}

const matchers = new WeakMap<StringMap, LabelMatcher>();

/** A test for labels from a plain map, as Services have; an absent or empty one selects nothing. */
export function compileLabelMap(map: StringMap | undefined | null): LabelMatcher {
  if (map === undefined || map === null) return NOTHING;
  const known = matchers.get(map);
  if (known !== undefined) return known;
  const entries = requirementsOf({ matchLabels: map });
  const matcher = entries.length === 0 ? NOTHING : compileRequirements(entries);
  matchers.set(map, matcher);
  return matcher;
}

/** Reads the text form; throws SelectorError in Kubernetes' words. */
export function parseSelector(text: string): ParsedSelector {
  const requirements = sortedByKey(parseRequirements(text));
  return {
    requirements,
    matches: compileRequirements(requirements),
    text: formatRequirements(requirements),
  };
}

/** The text form of a selector, requirements sorted by key; '' for an empty or absent one. */
export function formatSelector(selector: LabelSelector | undefined | null): string {
  if (selector === undefined || selector === null) return '';
  return formatRequirements(sortedByKey(requirementsOf(selector)));
}

/** The text form as tables show it: `<none>` for an empty or absent selector. */
export const formatSelectorCell = (selector: LabelSelector | undefined | null): string =>
  formatSelector(selector) || '<none>';

/** The text form of a plain map of labels, sorted by key. */
export function formatLabelMap(map: StringMap | undefined): string {
  if (map === undefined) return '';
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${map[key] ?? ''}`)
    .join(',');
}

/** What is wrong with a selector of a spec, in Kubernetes' order and words. */
export function validateLabelSelector(
  selector: LabelSelector | undefined | null,
  field: string,
): FieldError[] {
  if (selector === undefined || selector === null) return [];
  const errors = validateLabels(selector.matchLabels, `${field}.matchLabels`);
  (selector.matchExpressions ?? []).forEach((expression, index) => {
    errors.push(...validateExpression(expression, `${field}.matchExpressions[${index}]`));
  });
  return errors;
}

function validateExpression(expression: LabelSelectorRequirement, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const values = expression.values ?? [];
  switch (expression.operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        errors.push(
          required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"),
        );
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        errors.push(forbidden(`${field}.values`, why));
      }
      break;
    default:
      errors.push(
        invalid(`${field}.operator`, expression.operator, 'not a valid selector operator'),
      );
  }
  for (const message of isQualifiedName(expression.key)) {
    errors.push(invalid(`${field}.key`, expression.key, message));
  }
  values.forEach((value, index) => {
    for (const message of isLabelValue(value)) {
      errors.push(invalid(`${field}.values[${index}]`, value, message));
    }
  });
  return errors;
}

const OPERATORS: Readonly<Record<string, Requirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

function requirementsOf(selector: LabelSelector): Requirement[] {
  const requirements: Requirement[] = [];
  const map = selector.matchLabels ?? {};
  for (const key of Object.keys(map)) {
    requirements.push({ key, operator: '=', values: [map[key] ?? ''] });
  }
  for (const expression of selector.matchExpressions ?? []) {
    const operator = OPERATORS[expression.operator];
    // An operator that validation would refuse selects nothing.
    if (operator === undefined) return [{ key: expression.key, operator: 'in', values: [] }];
    requirements.push({
      key: expression.key,
      operator,
      values: [...(expression.values ?? [])].sort(),
    });
  }
  return requirements;
}

function compileRequirements(requirements: readonly Requirement[]): LabelMatcher {
  const [only] = requirements;
  if (only === undefined) return EVERYTHING;
  if (requirements.length === 1) return compileRequirement(only);
  const tests = requirements.map(compileRequirement);
  return (labels) => {
    for (const test of tests) if (!test(labels)) return false;
    return true;
  };
}

function compileRequirement({ key, operator, values }: Requirement): LabelMatcher {
  const [first = ''] = values;
  const wanted = new Set(values);
  switch (operator) {
    case '=':
    case '==':
      return (labels) => labels !== undefined && labels[key] === first;
    case '!=':
      return (labels) => labels === undefined || labels[key] !== first;
    case 'in':
      return (labels) => {
        const value = labels?.[key];
        return value !== undefined && wanted.has(value);
      };
    case 'notin':
      return (labels) => {
        const value = labels?.[key];
        return value === undefined || !wanted.has(value);
      };
    case 'exists':
      return (labels) => labels?.[key] !== undefined;
    case '!':
      return (labels) => labels?.[key] === undefined;
    case 'gt':
      return (labels) => isInteger(labels?.[key]) && Number(labels?.[key]) > Number(first);
    case 'lt':
      return (labels) => isInteger(labels?.[key]) && Number(labels?.[key]) < Number(first);
  }
}

const isInteger = (text: string | undefined): boolean =>
  text !== undefined && /^[-+]?[0-9]+$/.test(text);

const sortedByKey = (requirements: readonly Requirement[]): Requirement[] =>
  [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));

const formatRequirements = (requirements: readonly Requirement[]): string =>
  requirements.map(formatRequirement).join(',');

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    case 'gt':
      return `${key}>${values[0] ?? ''}`;
    case 'lt':
      return `${key}<${values[0] ?? ''}`;
    default:
      return `${key}${operator}${values[0] ?? ''}`;
  }
}
