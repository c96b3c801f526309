/** Columns of text, as kubectl lays them out: left-aligned, three blanks apart. */

const GAP = 3;
/** How wide a column is at least, its gap included. */
const LEAST = 6;

/** The rows as lines; a row's last cell is not padded. */
export function alignedLines(
  rows: readonly (readonly string[])[],
  gap = GAP,
  least = LEAST,
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  }
  return rows.map((row) =>
    row
      .map((cell, i) =>
        i === row.length - 1 ? cell : cell.padEnd(Math.max(least, widths[i]! + gap)),
      )
      .join(''),
  );
}
