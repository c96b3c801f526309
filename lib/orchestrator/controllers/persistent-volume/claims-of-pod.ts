/** Which claims a pod uses: the index by which binder and protection controllers find its users. */
import { objectKey } from '../../api/object';
import type { Pod } from '../../api/objects';

export function claimKeysOf(pod: Pod): string[] | undefined {
  const { volumes } = pod.spec;
  if (volumes === undefined) return undefined;
  let keys: string[] | undefined;
  for (let i = 0; i < volumes.length; i++) {
    const claim = volumes[i]!.persistentVolumeClaim?.claimName;
    if (claim !== undefined) (keys ??= []).push(objectKey(pod.metadata.namespace, claim));
  }
  return keys;
}
