/** `test.each(seeds(200))`: the numbers 1 to count, as seeds. */
export const seeds = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
