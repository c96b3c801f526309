/**
 * Who owns which field of an object (metadata.managedFields). Components write far more often than
 * anybody asks, so ownership is kept beside the objects and worked out only when it is read.
 */
import type { KindDefinition } from '../api/kind';
import type { KubeObject, ManagedFieldsEntry } from '../api/object';
import type { Requester } from './requests';

export interface FieldOwnership {
  /** Notes that `requester` made `next` out of `previous`. */
  wrote(
    requester: Requester,
    kind: KindDefinition,
    previous: KubeObject | undefined,
    next: KubeObject,
  ): void;
  /** The object's managedFields. */
  of(object: KubeObject): readonly ManagedFieldsEntry[];
}
