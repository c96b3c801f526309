/** What the parts of the StatefulSet controller share: how it sees and changes pods and claims. */
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../api/objects';
import type { Client, EventRecorder, Informer } from '../../client';
import type { OwnWrites } from '../framework/own-writes';

export interface StatefulSetContext {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly pods: Informer<Pod>;
  readonly ownWrites: OwnWrites;
  /** The set's next pass waits until the cache shows this claim as it was written. */
  noteClaim(set: StatefulSet, claim: PersistentVolumeClaim): void;
}
