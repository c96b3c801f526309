/**
 * When what led to a change of a service's endpoints happened, for the annotation by which the
 * delay of propagation is measured: the earliest new transition of a pod's Ready condition, or the
 * service's creation. Stands for TriggerTimeTracker.
 */
import { conditionOf, type Pod, type Service } from '../../api/objects';

export const TRIGGER_TIME_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time';

export class TriggerTimes {
  private readonly pods = new Map<string, string>();
  private service = '';

  /** The time for this sync, RFC 3339; '' if nothing that is new has a time. */
  next(service: Service, changed: Iterable<readonly [string, Pod | undefined]>): string {
    let earliest = '';
    for (const [key, pod] of changed) {
      const time = pod === undefined ? undefined : conditionOf(pod, 'Ready')?.lastTransitionTime;
      if (time === undefined) {
        this.pods.delete(key);
        continue;
      }
      const known = this.pods.get(key);
      if (known === undefined || time > known) earliest = earlier(earliest, time);
      this.pods.set(key, time);
    }
    const created = service.metadata.creationTimestamp;
    if (created > this.service) earliest = earlier(earliest, created);
    this.service = created;
    return earliest;
  }
}

/** Times of one format compare as texts. */
const earlier = (a: string, b: string): string => (a === '' || b < a ? b : a);
