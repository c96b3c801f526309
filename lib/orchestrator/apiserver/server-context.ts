/** What the parts of the API server share: time, chance, the store, the resources, the trace. */
import type { KindDefinition } from '../api/kind';
import type { KubeObject } from '../api/object';
import type { Clock, Random, Trace } from '../sim';
import type { Store } from '../store/store';
import type { AdmissionStep } from './admission/admission';
import type { Allocators } from './allocators';
import type { FieldOwnership } from './field-ownership';
import type { Requester } from './requests';
import type { ResourceRegistry } from './resource-registry';
import type { Watchers } from './watchers';

export interface ServerContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly store: Store;
  readonly registry: ResourceRegistry;
  readonly watchers: Watchers;
  readonly admission: readonly AdmissionStep[];
  /** Cluster IPs and node ports. */
  readonly allocators: Allocators;
  /** metadata.managedFields, kept beside the objects and worked out when asked for. */
  readonly ownership: FieldOwnership;
  /**
   * Stores the object under the next revision and tells watchers; returns what was stored. A draft
   * is taken over: nobody may hold on to it.
   */
  commit<T extends KubeObject>(
    requester: Requester,
    kind: KindDefinition,
    key: string,
    object: T,
    subresource?: string,
  ): T;
  /** Removes the object, whose last state is given, and tells watchers. */
  remove(
    requester: Requester,
    kind: KindDefinition,
    key: string,
    lastState: KubeObject,
  ): KubeObject;
}
