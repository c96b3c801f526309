/**
 * Accepts the names of CustomResourceDefinitions, establishes them, and deletes what they define
 * before they go. Stands for the naming, establishing and finalizing controllers that run within
 * kube-apiserver.
 */
import { deepEqual } from '../../api/deep-equal';
import type { KubeObject } from '../../api/object';
import type { Condition } from '../../api/objects';
import { isConflict, isNotFound } from '../../api/status-error';
import { formatTime } from '../../api/timestamps';
import { controller, type Client, type ControllerContext, type WorkQueue } from '../../client';
import type { Informer } from '../../client';
import { findCondition, withCondition } from '../framework/conditions';
import { acceptNames, type Names } from './names';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';
/** How long instances with finalizers are waited for before the next look. */
const INSTANCES_MS = 5000;

export interface Definition extends KubeObject {
  readonly spec: { readonly group: string; readonly names: Names };
  readonly status: {
    readonly acceptedNames?: Names;
    readonly conditions?: readonly Condition[] | null;
  };
}

export const customResourceDefinitionController = controller({
  name: 'customresourcedefinition-controller',
  start: (context) => new DefinitionController(context),
});

class DefinitionController {
  private readonly client: Client;
  private readonly queue: WorkQueue;
  private readonly definitions: Informer<Definition>;

  constructor({ client, queue }: ControllerContext) {
    this.client = client;
    this.definitions = client.informer<Definition>(DEFINITIONS);
    this.queue = queue({
      name: 'customresourcedefinition-controller',
      workers: 1,
      reconcile: (name) => this.sync(name),
    });
    const add = ({ metadata }: Definition): void => this.queue.add(metadata.name);
    this.definitions.addHandlers({
      added: add,
      updated: add,
      deleted: (gone) => this.lookAtGroup(gone),
    });
  }

  /** Names that were taken may be free now. */
  private lookAtGroup(gone: Definition): void {
    for (const other of this.definitions.list()) {
      if (other.spec.group === gone.spec.group) this.queue.add(other.metadata.name);
    }
  }

  private sync(name: string): void {
    const definition = this.definitions.byKey(name);
    if (definition === undefined) return;
    if (definition.metadata.deletionTimestamp === undefined) this.establish(definition);
    else this.finalize(definition);
  }

  private establish(definition: Definition): void {
    const others = [...this.definitions.list()].filter(
      ({ spec, metadata }) =>
        spec.group === definition.spec.group && metadata.name !== definition.metadata.name,
    );
    const { accepted, conflict } = acceptNames(
      definition.spec.names,
      definition.status.acceptedNames,
      others.map(({ status }) => status.acceptedNames),
    );
    const before = definition.status.conditions ?? [];
    const named =
      conflict === undefined
        ? condition('NamesAccepted', 'True', 'NoConflicts', 'no conflicts found')
        : condition('NamesAccepted', 'False', conflict.reason, conflict.message);
    const conditions = [named, establishedOf(before, conflict === undefined)].reduce(
      (all, next) => withCondition(all, this.dated(all, next)),
      before,
    );
    this.write(definition, { acceptedNames: accepted, conditions });
  }

  /** A condition keeps its time as long as it keeps its status. */
  private dated(conditions: readonly Condition[], next: Condition): Condition {
    const known = findCondition(conditions, next.type);
    const lastTransitionTime =
      known?.status === next.status && known.lastTransitionTime !== undefined
        ? known.lastTransitionTime
        : formatTime(this.client.clock.wallMs);
    return { ...next, lastTransitionTime };
  }

  private finalize(definition: Definition): void {
    const { finalizers = [], name } = definition.metadata;
    if (!finalizers.includes(CLEANUP)) return;
    if (this.deleteInstances(definition)) return this.queue.addAfter(name, INSTANCES_MS);
    const left = finalizers.filter((one) => one !== CLEANUP);
    const metadata = { ...definition.metadata, finalizers: left };
    this.client.update<Definition>(DEFINITIONS, { ...definition, metadata });
  }

  /** @returns whether some are left, held by finalizers. */
  private deleteInstances({ spec }: Definition): boolean {
    const resource = `${spec.names.plural}.${spec.group}`;
    try {
      for (const { metadata } of this.client.list<KubeObject>(resource)) {
        this.client.delete(resource, metadata.namespace, metadata.name);
      }
      return this.client.list<KubeObject>(resource).length > 0;
    } catch (error) {
      // It never was served, or somebody was faster.
      if (isNotFound(error) || isConflict(error)) return false;
      throw error;
    }
  }

  private write(definition: Definition, change: Partial<Definition['status']>): void {
    const status = { ...definition.status, ...change };
    if (deepEqual(status, definition.status)) return;
    this.client.updateStatus<Definition>(DEFINITIONS, { ...definition, status });
  }
}

/** Once established, always established; before that the names are accepted first. */
function establishedOf(before: readonly Condition[], accepted: boolean): Condition {
  const known = findCondition(before, 'Established');
  if (known?.status === 'True') return known;
  if (!accepted)
    return condition('Established', 'False', 'NotAccepted', 'not all names are accepted');
  const message = 'the initial names have been accepted';
  return known?.reason === 'Installing'
    ? condition('Established', 'True', 'InitialNamesAccepted', message)
    : condition('Established', 'False', 'Installing', message);
}

const condition = (
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
): Condition => ({ type, status, reason, message });
