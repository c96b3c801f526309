/** Validation of the names that a CustomResourceDefinition gives to its resource. */
import type { FieldError } from '../../field-error';
import { invalid } from '../../field-error';
import { isDns1035Label } from '../../names';

export interface DraftNames {
  readonly plural?: string;
  readonly singular?: string;
  readonly kind?: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

const MIXED = 'may have mixed case, but should otherwise match: ';

export function definitionNameErrors(names: DraftNames, path: string): FieldError[] {
  const { plural = '', singular = '', kind = '', listKind = '' } = names;
  const errors: FieldError[] = [];
  const check = (text: string, field: string, isMixed = false): void => {
    const messages = isDns1035Label(isMixed ? text.toLowerCase() : text);
    if (messages.length === 0) return;
    const why = `${isMixed ? MIXED : ''}${messages.join(',')}`;
    errors.push(invalid(`${path}.${field}`, text, why));
  };
  if (plural !== '') check(plural, 'plural');
  if (singular !== '') check(singular, 'singular');
  if (kind !== '') check(kind, 'kind', true);
  if (listKind !== '') check(listKind, 'listKind', true);
  names.shortNames?.forEach((name, i) => check(name, `shortNames[${i}]`));
  if (kind !== '' && kind === listKind) {
    errors.push(invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same'));
  }
  names.categories?.forEach((name, i) => check(name, `categories[${i}]`));
  return errors;
}
