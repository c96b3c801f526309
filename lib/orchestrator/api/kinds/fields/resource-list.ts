/**
 * Resource lists (cpu, memory and the like) as core/v1 defaults them: canonical quantities, rounded
 * up to thousandths.
 */
import { canonicalQuantity, formatQuantity, isQuantity, parseQuantity } from '../../quantity';
import type { DraftResourceList, DraftResources } from '../pods/pod-spec-draft';
import { mapValuesSame, withFields } from './structural-sharing';

/** Quantities in canonical form, rounded up to thousandths. */
export function defaultedResourceList(list: DraftResourceList): DraftResourceList {
  return mapValuesSame(list, (value) => (isQuantity(value) ? roundedToMilli(value) : value));
}

export function defaultedResources(resources: DraftResources): DraftResources {
  return withFields(resources, {
    limits: resources.limits && defaultedResourceList(resources.limits),
    requests: resources.requests && defaultedResourceList(resources.requests),
  });
}

const MILLI_IN_NANOS = 1_000_000n;

function roundedToMilli(value: string | number): string {
  const text = canonicalQuantity(value);
  if (!text.endsWith('n') && !text.endsWith('u')) return text;
  const { nanos, format } = parseQuantity(value);
  const away = nanos < 0n ? -(MILLI_IN_NANOS - 1n) : MILLI_IN_NANOS - 1n;
  return formatQuantity({ nanos: ((nanos + away) / MILLI_IN_NANOS) * MILLI_IN_NANOS, format });
}
