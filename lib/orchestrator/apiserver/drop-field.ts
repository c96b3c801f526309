/**
 * Takes a field out of a draft. Most drafts do not have the fields that the server keeps to itself,
 * and `delete` takes long even where there is nothing to delete.
 */
export function dropField(draft: Record<string, unknown>, field: string): void {
  if (field in draft) delete draft[field];
}
