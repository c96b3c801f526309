/**
 * An admission step: sees each write before it is stored, may change it (`mutate`) or refuse it
 * (`validate`), both by Kubernetes' rules. Steps run in the order of admission/index.ts: first all
 * mutations, then, after validation, all checks.
 */
import type { Draft, KindDefinition } from '../../api/kind';
import type { KubeObject } from '../../api/object';
import type { Requester } from '../requests';
import type { ServerContext } from '../server-context';

export interface AdmissionRequest {
  readonly verb: 'create' | 'update' | 'delete';
  readonly kind: KindDefinition;
  /** '' for the object itself, else `status`, `eviction`, `binding`… */
  readonly subresource: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** What is to be stored; undefined for a delete. */
  readonly draft: Draft | undefined;
  readonly old: KubeObject | undefined;
  readonly requester: Requester;
  readonly dryRun: boolean;
}

export interface AdmissionStep {
  /** Kubernetes' name of the plugin. */
  readonly name: string;
  /** Resources it looks at, e.g. `pods`; all if absent. */
  readonly resources?: readonly string[];
  readonly verbs?: readonly AdmissionRequest['verb'][];
  mutate?(request: AdmissionRequest, server: ServerContext): void;
  validate?(request: AdmissionRequest, server: ServerContext): void;
}
