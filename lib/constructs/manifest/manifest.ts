/**
 * What becomes YAML: the last hand on one API object. cdk8s-plus renders through the field list of
 * Kubernetes 1.27 and drops every field that list does not know; a Manifest takes the object over
 * after that conversion, so newer fields, overrides and patches arrive in the API's own spelling
 * and none is lost. The cdk8s-plus object stays what it was and may still be changed.
 */
import { ApiObject, App, JsonPatch } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { RefusedError } from '../refusals/refusal';
import type { ManifestFields } from './override';
import { mergeFields, removeAt, setAt } from './override';
import { Spelling } from './spelling';

// Kinds of which cdk8s-plus holds nothing but a spec.
const WITH_SPEC = new Set([
  'Deployment',
  'StatefulSet',
  'Service',
  'HorizontalPodAutoscaler',
  'NetworkPolicy',
]);

type Change = (document: ManifestFields) => void;

// Lazy values, tokens and number-or-string unions: what every App resolves by itself.
const BUILT_IN_RESOLVERS = 3;

// Kept on the object itself: a map beside it would cost more than everything else here.
const MANIFEST = Symbol.for('cdk8s-drydock.Manifest');

/**
 * The YAML of one object, open to lossless changes.
 *
 * @example
 * Manifest.of(deployment).override({ spec: { template: { spec: { hostUsers: false } } } });
 */
export class Manifest {
  /** The manifest of an ApiObject, or of a construct that stands for one, such as a Deployment. */
  static of(construct: IConstruct): Manifest {
    const object = ApiObject.of(construct) as ApiObject & { [MANIFEST]?: Manifest };
    return (object[MANIFEST] ??= new Manifest(object));
  }

  private readonly completions: Change[] = [];
  private readonly overrides: Change[] = [];
  private readonly patches: JsonPatch[];
  private content: (() => ManifestFields) | undefined;

  private constructor(private readonly object: ApiObject) {
    // Named first: a function written straight into a property is made among V8's old objects, and
    // there keeps its whole App alive after it is done with.
    const toJson = (): ManifestFields => this.toJson();
    const addJsonPatch = (...operations: JsonPatch[]): void =>
      void this.patches.push(...operations);
    // Patches are applied to what is written, not to what cdk8s-plus then converts.
    this.patches = (object as unknown as { patches: JsonPatch[] }).patches.splice(0);
    object.toJson = toJson;
    object.addJsonPatch = addJsonPatch;
    this.content = specOf(object);
  }

  /**
   * Merges fields over the object, in the API's spelling. Maps merge, lists of named things
   * (containers, env, volumes, ports, …) merge by their name, other lists are replaced and `null`
   * removes a field.
   */
  override(fields: ManifestFields): this {
    this.overrides.push((document) => {
      refuseUnknownTop(document, fields);
      mergeFields(document, fields);
    });
    return this;
  }

  /**
   * Sets the value at a JSON Pointer. A step into a list is an index, `-` for its end, or
   * `key=value`, such as `/spec/template/spec/containers/name=api/image`.
   */
  overrideAt(pointer: string, value: unknown): this {
    this.overrides.push((document) => setAt(document, pointer, value));
    return this;
  }

  /** Removes what is at a JSON Pointer, which must be there. */
  removeAt(pointer: string): this {
    this.overrides.push((document) => removeAt(document, pointer));
    return this;
  }

  /**
   * Adds a step that completes the object with what cdk8s-plus cannot express. Completions run at
   * every synthesis on a fresh document, in the order in which they were added, before overrides.
   * They see the fields as cdk8s-plus holds them and may add others in the API's spelling.
   */
  complete(completion: (document: never) => void): this {
    this.completions.push(completion as Change);
    return this;
  }

  /** Writes these fields below the object's metadata, instead of what its construct would write. */
  write(content: () => ManifestFields): this {
    this.content = content;
    return this;
  }

  /** The object as it will be written. */
  toJson(): ManifestFields {
    const spelling = new Spelling();
    const content = this.content?.();
    const drafted = content ? this.withHead(content) : this.renderByCdk8s();
    for (const completion of this.completions) completion(drafted);
    let document = content ? this.respelled(drafted, spelling) : drafted;
    for (const override of this.overrides) this.attempt(override, document);
    if (this.overrides.length > 0 || !content) document = this.tidied(document, spelling);
    if (this.patches.length > 0) document = this.patched(document);
    const resolved = !content || !(spelling.heldTokens || this.hasResolvers());
    return resolved ? document : this.resolve(document);
  }

  private respelled(drafted: ManifestFields, spelling: Spelling): ManifestFields {
    const { apiVersion, kind, metadata, ...content } = drafted;
    // cdk8s has tidied the metadata already.
    return { apiVersion, kind, metadata, ...(spelling.respelled(content) as ManifestFields) };
  }

  private tidied(document: ManifestFields, spelling: Spelling): ManifestFields {
    return inOrder(spelling.tidied(document) as ManifestFields);
  }

  private renderByCdk8s(): ManifestFields {
    const { toJson } = Object.getPrototypeOf(this.object) as ApiObject;
    return toJson.call(this.object) as ManifestFields;
  }

  private withHead(content: ManifestFields): ManifestFields {
    const { apiVersion, kind, metadata } = this.object;
    return { apiVersion, kind, metadata: metadata.toJson() as unknown, ...content };
  }

  private attempt(override: Change, document: ManifestFields): void {
    try {
      override(document);
    } catch (error) {
      const allowed = error instanceof Error ? error.message : String(error);
      const found = `${this.object.kind}/${this.object.name}`;
      throw new RefusedError(this.object, [{ prop: 'override', found, allowed }]);
    }
  }

  private patched(document: ManifestFields): ManifestFields {
    return inOrder(JsonPatch.apply(document, ...this.patches) as ManifestFields);
  }

  private hasResolvers(): boolean {
    return App.of(this.object).resolvers.length > BUILT_IN_RESOLVERS;
  }

  /** Lets the App's resolvers see the finished document, as they see any other object. */
  private resolve(document: ManifestFields): ManifestFields {
    const view = Object.create(this.object, {
      props: { value: document },
      metadata: { value: { toJson: () => document.metadata } },
      patches: { value: [] },
    }) as ApiObject;
    return ApiObject.prototype.toJson.call(view) as ManifestFields;
  }
}

function refuseUnknownTop(document: ManifestFields, fields: ManifestFields): void {
  const known = [...Object.keys(document), ...TOP_FIELDS];
  const unknown = Object.keys(fields).filter((field) => !known.includes(field));
  if (unknown.length === 0) return;
  const kind = String(document.kind);
  throw new Error(
    `no ${kind} has a field '${unknown.join("', '")}'; it has ${Object.keys(document).join(', ')}`,
  );
}

// Fields that an object may have at the top without having them yet.
const TOP_FIELDS = ['metadata', 'spec', 'status', 'data', 'stringData', 'binaryData', 'immutable'];

/**
 * The spec as the construct behind an object holds it, before cdk8s-plus converts it and drops what
 * Kubernetes 1.27 did not know; also without the detour through cdk8s's resolvers, which look at
 * every value of every object several times.
 */
function specOf(object: ApiObject): (() => ManifestFields) | undefined {
  const owner = object.node.scope as { _toKube?: () => unknown } | undefined;
  if (!WITH_SPEC.has(object.kind) || typeof owner?._toKube !== 'function') return undefined;
  return () => ({ spec: owner._toKube?.() });
}

/** Puts what says what an object is before everything else. */
function inOrder(document: ManifestFields): ManifestFields {
  const { apiVersion, kind, metadata, ...rest } = document;
  return { apiVersion, kind, metadata, ...rest };
}
