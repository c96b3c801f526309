/**
 * The quality of service class of a pod, which decides who is evicted first under pressure. Stands
 * for the qos helper that the API server and the kubelet share.
 */
import { compareQuantities, isQuantity, isNegative, isZero, addQuantities } from '../../quantity';
import type { DraftPodSpec, DraftResourceList, DraftResources } from './pod-spec-draft';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const known = new WeakMap<object, QosClass>();

/**
 * Guaranteed if every container has limits for cpu and memory that equal its requests, BestEffort
 * if none has any of either, Burstable otherwise. Resources of the pod as a whole take precedence.
 */
export function qosClassOf(pod: { readonly spec: object }): QosClass {
  const spec: DraftPodSpec = pod.spec;
  const found = known.get(spec);
  if (found !== undefined) return found;
  const result = computeQosClass(spec);
  if (Object.isFrozen(spec)) known.set(spec, result);
  return result;
}

function computeQosClass(spec: DraftPodSpec): QosClass {
  const requests = new Map<string, string | number>();
  const limits = new Map<string, string | number>();
  const holders: readonly (DraftResources | undefined)[] = spec.resources
    ? [spec.resources]
    : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((one) => one.resources);
  let limited = true;
  for (const resources of holders) {
    addCompute(requests, resources?.requests);
    const names = addCompute(limits, resources?.limits);
    if (!names.includes('cpu') || !names.includes('memory')) limited = false;
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const equal =
    requests.size === limits.size &&
    [...requests].every(([name, value]) => {
      const limit = limits.get(name);
      return limit !== undefined && compareQuantities(limit, value) === 0;
    });
  return limited && equal ? 'Guaranteed' : 'Burstable';
}

/** Adds what is more than nothing of cpu and memory; tells what that was. */
function addCompute(
  total: Map<string, string | number>,
  list: DraftResourceList | undefined,
): string[] {
  return ['cpu', 'memory'].filter((name) => {
    const value = list?.[name];
    if (value === undefined || !isQuantity(value) || isZero(value) || isNegative(value)) {
      return false;
    }
    const before = total.get(name);
    total.set(name, before === undefined ? value : addQuantities(before, value));
    return true;
  });
}
