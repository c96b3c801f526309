/**
 * What a pod asks of a node, as numbers: cpu in thousandths, memory and storage in bytes. Stands
 * for component-helpers' PodRequests. Pods of one template share their containers, so their
 * requests are computed once.
 */
import type { Container, PodSpec, ResourceList } from '../../api/objects';
import { milliValue, wholeValue } from '../../api/quantity';

export interface PodRequests {
  readonly milliCpu: number;
  readonly memory: number;
  readonly ephemeralStorage: number;
  /** Extended resources, hugepages and the like, with what is asked of each. */
  readonly scalars: readonly (readonly [name: string, quantity: number])[];
  /** As milliCpu and memory, but a container without a request counts as 100m and 200Mi. */
  readonly nonZeroMilliCpu: number;
  readonly nonZeroMemory: number;
  /** Nothing is asked of any resource. */
  readonly isEmpty: boolean;
}

const DEFAULT_MILLI_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

type Amounts = Map<string, number>;
interface Remembered {
  readonly spec: PodSpec;
  readonly requests: PodRequests;
}

const remembered = new WeakMap<readonly Container[], Remembered>();

// FIDELITY: of a pod that is being resized in place, only what its spec asks counts, not what its
// node still gives it.
export function podRequests(spec: PodSpec): PodRequests {
  const known = remembered.get(spec.containers);
  if (known !== undefined && sameResources(known.spec, spec)) return known.requests;
  const requests = compute(spec);
  remembered.set(spec.containers, { spec, requests });
  return requests;
}

/** cpu in thousandths, all else whole. */
export const amountOf = (resource: string, quantity: string): number =>
  resource === 'cpu' ? milliValue(quantity) : wholeValue(quantity);

function sameResources(a: PodSpec, b: PodSpec): boolean {
  return (
    a === b ||
    (a.initContainers === b.initContainers &&
      a.overhead === b.overhead &&
      a.resources === b.resources)
  );
}

function compute(spec: PodSpec): PodRequests {
  const real = total(spec, (list) => amountsOf(list));
  const nonZero = total(spec, nonZeroAmountsOf);
  const scalars: (readonly [string, number])[] = [];
  for (const [name, quantity] of real) {
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage') continue;
    if (quantity > 0) scalars.push([name, quantity]);
  }
  const milliCpu = real.get('cpu') ?? 0;
  const memory = real.get('memory') ?? 0;
  const ephemeralStorage = real.get('ephemeral-storage') ?? 0;
  return {
    milliCpu,
    memory,
    ephemeralStorage,
    scalars,
    nonZeroMilliCpu: nonZero.get('cpu') ?? 0,
    nonZeroMemory: nonZero.get('memory') ?? 0,
    isEmpty: milliCpu === 0 && memory === 0 && ephemeralStorage === 0 && scalars.length === 0,
  };
}

/**
 * Containers add up, as do init containers that keep running (sidecars); an ordinary init
 * container runs beside the sidecars before it. Requests of the whole pod prevail over the sum.
 */
function total(spec: PodSpec, amounts: (list: ResourceList | undefined) => Amounts): Amounts {
  const sum: Amounts = new Map();
  for (const container of spec.containers) add(sum, amounts(container.resources?.requests));
  const sidecars: Amounts = new Map();
  const peak: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const asked = amounts(container.resources?.requests);
    if (container.restartPolicy === 'Always') {
      add(sum, asked);
      add(sidecars, asked);
      raise(peak, sidecars);
    } else {
      const beside = new Map(sidecars);
      add(beside, asked);
      raise(peak, beside);
    }
  }
  raise(sum, peak);
  for (const [name, quantity] of amountsOf(spec.resources?.requests)) sum.set(name, quantity);
  add(sum, amountsOf(spec.overhead));
  return sum;
}

function amountsOf(list: ResourceList | undefined): Amounts {
  const amounts: Amounts = new Map();
  for (const name in list) amounts.set(name, amountOf(name, list[name]!));
  return amounts;
}

function nonZeroAmountsOf(list: ResourceList | undefined): Amounts {
  const amounts = amountsOf(list);
  if (!amounts.has('cpu')) amounts.set('cpu', DEFAULT_MILLI_CPU);
  if (!amounts.has('memory')) amounts.set('memory', DEFAULT_MEMORY);
  return amounts;
}

function add(to: Amounts, amounts: Amounts): void {
  for (const [name, quantity] of amounts) to.set(name, (to.get(name) ?? 0) + quantity);
}

function raise(to: Amounts, amounts: Amounts): void {
  for (const [name, quantity] of amounts) {
    if (quantity > (to.get(name) ?? 0)) to.set(name, quantity);
  }
}
