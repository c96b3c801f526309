/** The OpenAPI v3 schema of a custom resource as people write it, before anything is held to it. */
export interface DraftSchema {
  readonly type?: string;
  readonly items?: DraftSchema | readonly DraftSchema[];
  readonly properties?: Readonly<Record<string, DraftSchema>>;
  readonly additionalProperties?: DraftSchema | boolean;
  readonly allOf?: readonly DraftSchema[];
  readonly anyOf?: readonly DraftSchema[];
  readonly oneOf?: readonly DraftSchema[];
  readonly not?: DraftSchema;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly uniqueItems?: boolean;
  readonly title?: string;
  readonly description?: string;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-validations'?: readonly unknown[];
  readonly [keyword: string]: unknown;
}
