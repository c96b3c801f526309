/** One line of the figures. */
export interface BenchRow {
  /** What was measured. */
  readonly name: string;
  /** What came out. */
  readonly value: number;
  readonly unit: string;
  /** What it should be: at most for times and sizes, at least for rates; none if it only informs. */
  readonly target?: number;
  /** Whether it is. */
  readonly pass: boolean;
}

/** A figure that should not be above its target. */
export const atMost = (name: string, value: number, unit: string, target?: number): BenchRow => ({
  name,
  value: rounded(value),
  unit,
  ...(target === undefined ? {} : { target }),
  pass: target === undefined || value <= target,
});

/** A figure that should not be below its target. */
export const atLeast = (name: string, value: number, unit: string, target: number): BenchRow => ({
  name,
  value: rounded(value),
  unit,
  target,
  pass: value >= target,
});

/** Three digits are all that a measurement is worth. */
const rounded = (value: number): number => Number(value.toPrecision(3));
