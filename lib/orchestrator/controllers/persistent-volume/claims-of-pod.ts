/** Which claims a pod uses: the index by which binder and protection controllers find its users. */
import { objectKey } from '../../api/object';
import type { Pod } from '../../api/objects';

export function claimKeysOf(pod: Pod): string[] | undefined {
  const { volumes } = pod.spec;
  if (volumes === undefined) return undefined;
  const keys: string[] = [];
  for (const volume of volumes) {
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined) keys.push(objectKey(pod.metadata.namespace, claim));
  }
  return keys.length > 0 ? keys : undefined;
}
