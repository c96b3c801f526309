/** A request for a subresource, and what answers it. */
import type { KindDefinition } from '../../api/kind';
import type { Requester, WriteOptions } from '../requests';
import type { ServerContext } from '../server-context';

export interface SubresourceRequest {
  readonly requester: Requester;
  readonly verb: 'get' | 'create' | 'update';
  readonly kind: KindDefinition;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: string;
  readonly body: unknown;
  readonly options: WriteOptions;
}

export type Subresource = (server: ServerContext, request: SubresourceRequest) => unknown;
