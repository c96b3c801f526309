/** What an authorizer is asked: who wants to do what. */

export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface ResourceAttributes {
  /** `get`, `list`, `deletecollection`, … */
  readonly verb: string;
  /** '' for the core group. */
  readonly group: string;
  /** `pods` */
  readonly resource: string;
  /** '' for the resource itself. */
  readonly subresource: string;
  /** '' for cluster-scoped resources and for all namespaces. */
  readonly namespace: string;
  /** '' if the request names no object. */
  readonly name: string;
}

export interface NonResourceAttributes {
  readonly verb: string;
  readonly path: string;
}

export type Attributes = ResourceAttributes | NonResourceAttributes;

export const isNonResource = (attributes: Attributes): attributes is NonResourceAttributes =>
  'path' in attributes;

export interface Decision {
  readonly allowed: boolean;
  /** Why; '' if there is nothing to say. */
  readonly reason: string;
}

export const SYSTEM_MASTERS = 'system:masters';
