/** One request for a resource: what all verbs ask of it, and how objects are shown in the answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KindDefinition } from '../../orchestrator/api/kind';
import type { KubeObject } from '../../orchestrator/api/object';
import type { FieldValidation } from '../../orchestrator/api/schema/decode-body';
import type { ApiServer } from '../../orchestrator/apiserver/api-server';
import type { Requester, WriteOptions } from '../../orchestrator/apiserver/requests';
import type { RequestInfo, ResourcePath } from '../request-info';

export interface HandlerContext {
  readonly api: ApiServer;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly info: RequestInfo;
  readonly path: ResourcePath;
  readonly kind: KindDefinition;
  readonly requester: Requester;
}

/** The object as a client sees it, with the version of the path and its managed fields. */
export function present({ api, path, kind }: HandlerContext, stored: KubeObject): object {
  const managedFields = api.ownership.of(stored);
  const object = kind.conversion?.fromStored(stored) ?? stored;
  const apiVersion = path.group ? `${path.group}/${path.version}` : path.version;
  const metadata =
    managedFields.length > 0 ? { ...object.metadata, managedFields } : object.metadata;
  return { ...object, apiVersion, metadata };
}

/** Items of a typed list do not repeat their type. */
export function listed(context: HandlerContext, item: KubeObject): object {
  const object = present(context, item);
  if (context.kind.customSchema !== undefined) return object;
  const copy: Record<string, unknown> = { ...object };
  delete copy['kind'];
  delete copy['apiVersion'];
  return copy;
}

/** What the client is told beside the answer, each thing once. */
export function warn({ response }: HandlerContext, warning: string): void {
  const header = `299 - ${JSON.stringify(warning)}`;
  const before = response.getHeader('Warning') ?? [];
  if (before === header || (Array.isArray(before) && before.includes(header))) return;
  response.appendHeader('Warning', header);
}

/** Who asks, under the name that the request gives to its fields. */
export function requesterFor({ requester, info }: HandlerContext): Requester {
  const manager = info.query.get('fieldManager');
  return manager ? { ...requester, manager } : requester;
}

/** What is to become of fields that the kind does not know. */
export const validationOf = ({ info }: HandlerContext): FieldValidation =>
  (info.query.get('fieldValidation') ?? 'Warn') as FieldValidation;

export const writeOptions = (context: HandlerContext): WriteOptions => ({
  dryRun: context.info.query.getAll('dryRun').includes('All'),
  warn: (warning) => warn(context, warning),
  version: context.kind,
});
