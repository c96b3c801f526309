/**
 * What becomes YAML: the last hand on one API object. cdk8s-plus renders through the field list of
 * Kubernetes 1.27 and drops every field that list does not know; a Manifest takes the object over
 * after that conversion, so newer fields, overrides and patches arrive in the API's own spelling
 * and none is lost. The cdk8s-plus object stays what it was and may still be changed.
 */
import { ApiObject, App, JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { IConstruct } from 'constructs';
import type { ManifestFields } from './override';
import { mergeFields, removeAt, setAt } from './override';
import { RefusedError } from './refusal';

type Change = (document: ManifestFields) => void;
type SpecConverter = (spec: never) => ManifestFields | undefined;

// What cdk8s-plus makes of a spec, without the detour through cdk8s's resolvers, which look at
// every value of every object several times.
const SPEC_CONVERTERS: { readonly [kind: string]: SpecConverter | undefined } = {
  Deployment: k8s.toJson_DeploymentSpec,
  StatefulSet: k8s.toJson_StatefulSetSpec,
  Service: k8s.toJson_ServiceSpec,
  HorizontalPodAutoscaler: k8s.toJson_HorizontalPodAutoscalerSpecV2,
  NetworkPolicy: k8s.toJson_NetworkPolicySpec,
};

// Lazy values, tokens and number-or-string unions: what every App resolves by itself.
const BUILT_IN_RESOLVERS = 3;

const manifests = new WeakMap<ApiObject, Manifest>();

/**
 * The YAML of one object, open to lossless changes.
 *
 * @example
 * Manifest.of(deployment).override({ spec: { template: { spec: { hostUsers: false } } } });
 */
export class Manifest {
  /** The manifest of an ApiObject, or of a construct that stands for one, such as a Deployment. */
  static of(construct: IConstruct): Manifest {
    const object = ApiObject.of(construct);
    let manifest = manifests.get(object);
    if (!manifest) manifests.set(object, (manifest = new Manifest(object)));
    return manifest;
  }

  private readonly completions: Change[] = [];
  private readonly overrides: Change[] = [];
  private readonly patches: JsonPatch[];
  private readonly renderByCdk8s: () => ManifestFields;

  private constructor(private readonly object: ApiObject) {
    this.renderByCdk8s = object.toJson.bind(object);
    object.toJson = () => this.toJson();
    // Patches are applied to what is written, not to what cdk8s-plus then converts.
    this.patches = (object as unknown as { patches: JsonPatch[] }).patches.splice(0);
    object.addJsonPatch = (...operations) => void this.patches.push(...operations);
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
   */
  complete(completion: (document: never) => void): this {
    this.completions.push(completion as Change);
    return this;
  }

  /** The object as it will be written. */
  toJson(): ManifestFields {
    const converter = SPEC_CONVERTERS[this.object.kind];
    const owner = this.object.node.scope as { _toKube?: () => never } | undefined;
    const spec = converter && owner?._toKube && converter(owner._toKube());
    const document = spec ? { ...this.head(), spec } : this.renderByCdk8s();
    for (const completion of this.completions) completion(document);
    for (const override of this.overrides) this.attempt(override, document);
    const tidied = tidy(document);
    const resolved = spec && this.needsResolving(tidied) ? this.resolve(tidied) : tidied;
    return this.patches.length === 0 ? resolved : sortedTop(this.patched(resolved));
  }

  private head(): ManifestFields {
    const { apiVersion, kind, metadata } = this.object;
    return { apiVersion, kind, metadata: metadata.toJson() as unknown };
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
    return JsonPatch.apply(document, ...this.patches) as ManifestFields;
  }

  private needsResolving(document: ManifestFields): boolean {
    return App.of(this.object).resolvers.length > BUILT_IN_RESOLVERS || holdsTokens(document);
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

function tidy(document: ManifestFields): ManifestFields {
  return sortedTop(tidyValue(document) as ManifestFields);
}

function sortedTop(document: ManifestFields): ManifestFields {
  const { apiVersion, kind, metadata, ...rest } = document;
  return { apiVersion, kind, metadata, ...rest };
}

/** Sorts keys, drops what is undefined or null, and unwraps number-or-string unions. */
function tidyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (Array.isArray(value)) return value.map(tidyValue);
  if (value.constructor !== Object) return unwrapped(value);
  const result: ManifestFields = {};
  const fields = value as ManifestFields;
  for (const key of Object.keys(fields).sort()) {
    const inner = tidyValue(fields[key]);
    if (inner !== undefined) result[key] = inner;
  }
  return result;
}

function unwrapped(value: object): unknown {
  const inner = (value as { value?: unknown }).value;
  return typeof inner === 'number' || typeof inner === 'string' ? inner : value;
}

function holdsTokens(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsTokens);
  if (value.constructor !== Object) return true;
  return Object.values(value).some(holdsTokens);
}
