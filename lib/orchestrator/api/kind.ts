/**
 * A built-in resource as the API server knows it: names, scope, subresources, and the strategy
 * hooks (defaulting, preparation, validation, columns) that its storage runs.
 * Stands for kubernetes' pkg/apis/<group>/<version>/defaults, validation and registry strategies.
 */
import type { FieldError } from './field-error';
import type { KubeObject } from './object';
import type { Schema } from './schema/schema';

/** A mutable view of an object on its way in, before it is frozen and stored. */
export type Draft = {
  apiVersion: string;
  kind: string;
  metadata: Record<string, unknown>;
  [field: string]: unknown;
};

/** One column of a server-side table; priority 1 shows with `-o wide` only. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly priority: number;
}

export type Cell = string | number | boolean | null;

/** What printers may need to know besides the object: the time now, in ms since the Unix epoch. */
export interface PrintContext {
  readonly nowMs: number;
}

/** How objects of another version of a kind relate to those that are stored. */
export interface VersionConversion {
  /** An object of this version as it is stored. */
  toStored(object: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** A stored object as this version shows it. */
  fromStored(object: KubeObject): KubeObject;
}

/** JSONPaths of numbers and of a selector's text. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** Who asks for a write, as objects may remember it. */
export interface Asker {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** A part of an object that is written by itself, as the status is: what it holds, and its rules. */
export interface ObjectPart {
  /** The old object with what this part may write of the new one. */
  merge(object: KubeObject, old: KubeObject, time: string): Draft;
  /** All that is wrong with the change, in Kubernetes' order and words. */
  validate(draft: Draft, old: KubeObject): FieldError[];
}

export interface KindDefinition {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The resource's name in paths: `deployments`. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Names below the resource: 'status', 'scale', 'eviction', 'binding', … */
  readonly subresources: readonly string[];
  /** Key of the object's OpenAPI schema, e.g. `io.k8s.api.apps.v1.Deployment`; '' for none. */
  readonly schema: string;
  /** Whether PUT without a resourceVersion overwrites (all built-ins but a few). */
  readonly unconditionalUpdate: boolean;
  /** Whether PUT to a missing object creates it. */
  readonly createOnUpdate: boolean;
  /** Whether metadata.generation is kept (objects with a spec and a controller). */
  readonly generation:
    | 'none'
    | 'spec'
    | 'spec-and-annotations'
    | 'spec-once-changed'
    | 'content'
    | 'content-and-labels'
    | 'template';

  /** Fills in what the client left out; idempotent. Changes the draft in place. */
  applyDefaults?(draft: Draft): void;
  /** Clears what clients may not set on create (status, …) and sets first values. */
  prepareForCreate?(draft: Draft, asker?: Asker): void;
  /** Keeps what an update of the main resource may not change. Runs before validation. */
  prepareForUpdate?(draft: Draft, old: KubeObject): void;
  /** All that is wrong with the object, in Kubernetes' order and words. */
  validate?(draft: Draft): FieldError[];
  /** What may not change; runs besides `validate`. */
  validateUpdate?(draft: Draft, old: KubeObject): FieldError[];
  /**
   * All that is wrong with an update, metadata included, in Kubernetes' order and words. A kind
   * that has it is asked nothing else for an update: it stands for `validateUpdate` and `validate`.
   */
  validateWholeUpdate?(draft: Draft, old: KubeObject): FieldError[];
  /** What may not change in the status; runs for the status subresource. */
  validateStatusUpdate?(draft: Draft, old: KubeObject): FieldError[];
  /** `Warning:` headers for a create that is taken. */
  warnings?(draft: Draft): string[];
  /** `Warning:` headers for an update that is taken; most kinds repeat some of their advice. */
  updateWarnings?(draft: Draft, old: KubeObject): string[];
  /** The group that refusals name. @default the kind's own */
  readonly refusalGroup?: string;
  /** What every request for the resource is told, whatever becomes of it. */
  readonly deprecation?: string;
  /** Whether a delete answers with the object that went, not with a status. */
  readonly returnsDeleted?: boolean;
  /** What becomes of dependents if a delete does not say. @default 'Background' */
  readonly defaultPropagation?: 'Background' | 'Orphan';
  /** The schema of a kind that a CustomResourceDefinition defines; others have none here. */
  readonly customSchema?: Schema;
  /** Drops fields that the schema of a custom resource does not name. */
  prune?(object: Readonly<Record<string, unknown>>): {
    readonly value: unknown;
    readonly unknown: readonly string[];
  };
  /** Parts of the object besides its status, by their subresource. */
  readonly parts?: Readonly<Record<string, ObjectPart>>;
  /** Where a custom resource has what scale shows. */
  readonly scalePaths?: ScalePaths;
  /** Why nothing can be created, if nothing can. */
  readonly createRefusal?: string;
  /** Fields that field selectors may name besides metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, (object: KubeObject) => string>>;

  /** The resource as which objects are stored, if that is one of another group. */
  readonly storage?: string;
  /** Only for a version that is not the one in which objects are stored. */
  readonly conversion?: VersionConversion;

  readonly columns: readonly Column[];
  /** One cell for each column. */
  cells(object: KubeObject, context: PrintContext): Cell[];
  /** Which of two objects a table shows first. @default - as they are listed */
  compareRows?(a: KubeObject, b: KubeObject): number;
}

/** The objects as a table of their kind shows them. */
export const inRowOrder = (
  { compareRows }: KindDefinition,
  objects: readonly KubeObject[],
): readonly KubeObject[] =>
  compareRows === undefined ? objects : [...objects].sort((a, b) => compareRows(a, b));
