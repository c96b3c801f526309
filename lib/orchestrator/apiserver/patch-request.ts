/** A patch of an object or of a subresource, of whatever type: server-side apply is one too. */
import type { KindDefinition } from '../api/kind';
import type { PatchOptions, PatchType, Requester } from './requests';

export interface PatchRequest {
  readonly requester: Requester;
  readonly kind: KindDefinition;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly type: PatchType;
  readonly body: unknown;
  readonly subresource: string;
  readonly options: PatchOptions;
}
