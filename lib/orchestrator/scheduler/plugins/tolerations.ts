/** Which taints a pod tolerates. */
import type { Taint, Toleration } from '../../api/objects';

const NO_TOLERATIONS: readonly Toleration[] = [];

// FIDELITY: the comparison operators Gt and Lt (alpha, off by default) match nothing.
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator) {
    case undefined:
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '');
    case 'Exists':
      return true;
    default:
      return false;
  }
}

export function toleratesAll(
  taints: readonly Taint[],
  tolerations: readonly Toleration[] = NO_TOLERATIONS,
): boolean {
  for (const taint of taints) if (!isTolerated(taint, tolerations)) return false;
  return true;
}

export function isTolerated(
  taint: Taint,
  tolerations: readonly Toleration[] = NO_TOLERATIONS,
): boolean {
  for (const toleration of tolerations) if (tolerates(toleration, taint)) return true;
  return false;
}
