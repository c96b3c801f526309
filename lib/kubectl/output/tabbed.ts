/** Lines whose cells are separated by tabs, aligned as Go's text/tabwriter does with two blanks. */

const PADDING = 2;

/** A column is as wide as the widest of the cells that stand in lines right below each other. */
export function alignTabs(lines: readonly string[]): string[] {
  const rows = lines.map((line) => line.split('\t'));
  const widths = rows.map((): number[] => []);
  const columns = Math.max(0, ...rows.map((row) => row.length - 1));
  for (let column = 0; column < columns; column++) {
    for (let start = 0; start < rows.length; start++) {
      if (rows[start]!.length - 1 <= column) continue;
      let end = start;
      let width = 0;
      while (end < rows.length && rows[end]!.length - 1 > column) {
        width = Math.max(width, rows[end]![column]!.length + PADDING);
        end++;
      }
      for (let i = start; i < end; i++) widths[i]![column] = width;
      start = end - 1;
    }
  }
  return rows.map((row, i) =>
    row.map((cell, j) => (j === row.length - 1 ? cell : cell.padEnd(widths[i]![j]!))).join(''),
  );
}
