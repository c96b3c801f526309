/**
 * An admission step: sees each write before it is stored, may change it (`mutate`) or refuse it
 * (`validate`), both by Kubernetes' rules. Steps run in the order of admission/index.ts: first all
 * mutations, then, after validation, all checks.
 */
import type { Draft, KindDefinition } from '../../api/kind';
import type { KubeObject } from '../../api/object';
import type { Random } from '../../sim';
import type { Store } from '../../store/store';
import type { Allocators } from '../allocators';
import type { Requester } from '../requests';
import type { ResourceRegistry } from '../resource-registry';

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
  mutate?(request: AdmissionRequest, server: AdmissionContext): void;
  validate?(request: AdmissionRequest, server: AdmissionContext): void;
}

/** What of the server a step may use. */
export interface AdmissionContext {
  readonly random: Random;
  readonly store: Store;
  readonly registry: ResourceRegistry;
  /** Cluster IPs and node ports. */
  readonly allocators: Allocators;
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
}
