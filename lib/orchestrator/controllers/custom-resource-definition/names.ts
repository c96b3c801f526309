/** Which names of a definition can be had, as others of its group may have them already. */

export interface Names {
  readonly kind: string;
  readonly plural: string;
  readonly singular?: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface NameConflict {
  readonly reason: string;
  readonly message: string;
}

/** @returns the names that are accepted, and the last conflict if there is one. */
export function acceptNames(
  wanted: Names,
  before: Names | undefined,
  others: readonly (Names | undefined)[],
): { accepted: Names; conflict: NameConflict | undefined } {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const other of others) {
    for (const name of [other?.plural, other?.singular, ...(other?.shortNames ?? [])]) {
      if (name) resources.add(name);
    }
    for (const name of [other?.kind, other?.listKind]) if (name) kinds.add(name);
  }
  let conflict: NameConflict | undefined;
  const free = (name: string | undefined, taken: ReadonlySet<string>, reason: string): boolean => {
    if (name === undefined || !taken.has(name)) return true;
    conflict = { reason, message: `${JSON.stringify(name)} is already in use` };
    return false;
  };
  const plural = free(wanted.plural, resources, 'PluralConflict') ? wanted.plural : before?.plural;
  const singular = free(wanted.singular, resources, 'SingularConflict')
    ? wanted.singular
    : before?.singular;
  const shortNames = (wanted.shortNames ?? []).every((name) =>
    free(name, resources, 'ShortNamesConflict'),
  )
    ? wanted.shortNames
    : before?.shortNames;
  const kind = free(wanted.kind, kinds, 'KindConflict') ? wanted.kind : before?.kind;
  const listKind = free(wanted.listKind, kinds, 'ListKindConflict')
    ? wanted.listKind
    : before?.listKind;
  const accepted: Names = {
    plural: plural ?? '',
    ...(singular ? { singular } : {}),
    ...(shortNames?.length ? { shortNames } : {}),
    kind: kind ?? '',
    ...(listKind ? { listKind } : {}),
    ...(wanted.categories?.length ? { categories: wanted.categories } : {}),
  };
  return { accepted, conflict };
}
