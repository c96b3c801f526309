/** Whether a pod tolerates all of some taints. */
import type { Taint, Toleration } from '../../api/objects';
import { isTolerated } from '../../api/tolerations';

const NO_TOLERATIONS: readonly Toleration[] = [];

export function toleratesAll(
  taints: readonly Taint[],
  tolerations: readonly Toleration[] = NO_TOLERATIONS,
): boolean {
  for (const taint of taints) if (!isTolerated(taint, tolerations)) return false;
  return true;
}
