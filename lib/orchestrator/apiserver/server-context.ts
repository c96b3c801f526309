/**
 * What the parts of the API server share: chance, the store, the resources, as admission steps have
 * them too, and beside them time, the trace, the watchers, who owns which field.
 */
import type { KindDefinition } from '../api/kind';
import type { KubeObject } from '../api/object';
import type { Clock, Trace } from '../sim';
import type { AdmissionContext, AdmissionStep } from './admission/admission';
import type { FieldOwnership } from './field-ownership';
import type { Requester } from './requests';
import type { Watchers } from './watchers';

export interface ServerContext extends AdmissionContext {
  readonly clock: Clock;
  readonly trace: Trace;
  readonly watchers: Watchers;
  readonly admission: readonly AdmissionStep[];
  /** metadata.managedFields, kept beside the objects and worked out when asked for. */
  readonly ownership: FieldOwnership;
  /** Removes the object, whose last state is given, and tells watchers. */
  remove(
    requester: Requester,
    kind: KindDefinition,
    key: string,
    lastState: KubeObject,
  ): KubeObject;
}
