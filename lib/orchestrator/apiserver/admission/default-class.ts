/** The class that objects get which ask for none: of those that are marked so, the newest. */
import type { KubeObject } from '../../api/object';
import { parseTime } from '../../api/timestamps';
import type { AdmissionContext } from './admission';

/** The name of the default class, undefined if no class of the resource has the annotation. */
export function defaultClass(
  server: AdmissionContext,
  resource: string,
  annotation: string,
): string | undefined {
  let newest: KubeObject | undefined;
  for (const candidate of server.store.objects(resource).values()) {
    if (candidate.metadata.annotations?.[annotation] !== 'true') continue;
    if (newest === undefined || isNewer(candidate, newest)) newest = candidate;
  }
  return newest?.metadata.name;
}

/** Of equally old classes the first by name. */
function isNewer(a: KubeObject, b: KubeObject): boolean {
  const [left, right] = [a, b].map(({ metadata }) => parseTime(metadata.creationTimestamp));
  return left! > right! || (left === right && a.metadata.name < b.metadata.name);
}
