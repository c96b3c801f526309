/** Field ownership that costs nothing until somebody reads it. */
import type { KindDefinition } from '../api/kind';
import type { KubeObject, ManagedFieldsEntry } from '../api/object';
import type { Clock } from '../sim';
import type { FieldOwnership } from './field-ownership';
import type { Requester } from './requests';

export class LazyFieldOwnership implements FieldOwnership {
  constructor(protected readonly clock: Clock) {}

  wrote(
    _requester: Requester,
    _kind: KindDefinition,
    _previous: KubeObject | undefined,
    _next: KubeObject,
  ): void {}

  of(_object: KubeObject): readonly ManagedFieldsEntry[] {
    return [];
  }
}
