/** Warnings about what claims ask for: parts of a byte, which no volume has. */
import { canonicalQuantity, isQuantity, parseQuantity } from '../../quantity';

export interface ClaimResources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

const NANOS = 1_000_000_000n;

/** @param path the field that holds `resources` */
export function claimSizeWarnings(resources: ClaimResources | undefined, path: string): string[] {
  return (['requests', 'limits'] as const).flatMap((list) => {
    const size = resources?.[list]?.['storage'];
    if (size === undefined || !isQuantity(size)) return [];
    if (parseQuantity(size).nanos % NANOS === 0n) return [];
    const field = `${path}.resources.${list}[storage]`;
    const value = canonicalQuantity(size);
    return [`${field}: fractional byte value "${value}" is invalid, must be an integer`];
  });
}
