/**
 * Sets of paths into an object: who owns which fields. The wire form is FieldsV1
 * (`{"f:spec":{"f:replicas":{}}}`); in memory a set is an immutable tree, so subtrees can be
 * shared between the sets of ten thousand pods of one template.
 */
import type { Json, JsonObject } from '../object';

/**
 * One step of a path: `f:replicas`, `k:{"name":"app"}`, `v:"x"` or `i:0`, as FieldsV1 writes it.
 */
export type PathElement = string;

const NO_MEMBERS: ReadonlySet<PathElement> = new Set();
const NO_CHILDREN: ReadonlyMap<PathElement, FieldSet> = new Map();

export class FieldSet {
  static readonly EMPTY = new FieldSet(NO_MEMBERS, NO_CHILDREN);

  private constructor(
    /** Paths of one step that are in the set. */
    readonly members: ReadonlySet<PathElement>,
    /** Sets below a step; none of them is empty. */
    readonly children: ReadonlyMap<PathElement, FieldSet>,
  ) {}

  static of(
    members: ReadonlySet<PathElement>,
    children: ReadonlyMap<PathElement, FieldSet>,
  ): FieldSet {
    if (members.size === 0 && children.size === 0) return FieldSet.EMPTY;
    return new FieldSet(members, children);
  }

  /** The set of dotted field paths, such as `metadata.name`. */
  static ofFields(...paths: readonly string[]): FieldSet {
    const builder = new FieldSetBuilder();
    for (const path of paths) builder.insertPath(path.split('.').map((field) => `f:${field}`));
    return builder.build();
  }

  get isEmpty(): boolean {
    return this.members.size === 0 && this.children.size === 0;
  }

  union(other: FieldSet): FieldSet {
    if (this.isEmpty || this === other) return other;
    if (other.isEmpty) return this;
    const children = new Map(this.children);
    for (const [step, child] of other.children) {
      const own = children.get(step);
      children.set(step, own === undefined ? child : own.union(child));
    }
    return FieldSet.of(new Set([...this.members, ...other.members]), children);
  }

  intersection(other: FieldSet): FieldSet {
    if (this === other) return this;
    const members = new Set([...this.members].filter((step) => other.members.has(step)));
    const children = new Map<PathElement, FieldSet>();
    for (const [step, child] of this.children) {
      const match = other.children.get(step);
      if (match === undefined) continue;
      const common = child.intersection(match);
      if (!common.isEmpty) children.set(step, common);
    }
    return FieldSet.of(members, children);
  }

  /** What is in this set and not in the other; a path's own membership, not what is below it. */
  difference(other: FieldSet): FieldSet {
    if (this === other) return FieldSet.EMPTY;
    if (this.isEmpty || other.isEmpty) return this;
    const members = new Set([...this.members].filter((step) => !other.members.has(step)));
    const children = new Map<PathElement, FieldSet>();
    for (const [step, child] of this.children) {
      const match = other.children.get(step);
      const rest = match === undefined ? child : child.difference(match);
      if (!rest.isEmpty) children.set(step, rest);
    }
    return FieldSet.of(members, children);
  }

  /** As `difference`, but a path in the other set takes all below it away too. */
  recursiveDifference(other: FieldSet): FieldSet {
    if (this.isEmpty || other.isEmpty) return this;
    const members = new Set([...this.members].filter((step) => !other.members.has(step)));
    const children = new Map<PathElement, FieldSet>();
    for (const [step, child] of this.children) {
      if (other.members.has(step)) continue;
      const match = other.children.get(step);
      const rest = match === undefined ? child : child.recursiveDifference(match);
      if (!rest.isEmpty) children.set(step, rest);
    }
    return FieldSet.of(members, children);
  }

  /** All paths, in the order in which Kubernetes lists conflicts. */
  *paths(prefix: readonly PathElement[] = []): Generator<readonly PathElement[]> {
    for (const step of sorted(this.members)) yield [...prefix, step];
    for (const step of sorted(this.children.keys())) {
      yield* this.children.get(step)?.paths([...prefix, step]) ?? [];
    }
  }
}

/** Collects paths into a set. */
export class FieldSetBuilder {
  private readonly members = new Set<PathElement>();
  private readonly children = new Map<PathElement, FieldSetBuilder | FieldSet>();

  insert(step: PathElement): void {
    this.members.add(step);
  }

  insertPath(path: readonly PathElement[]): void {
    const [step, ...rest] = path;
    if (step === undefined) return;
    if (rest.length === 0) this.insert(step);
    else this.childBuilder(step).insertPath(rest);
  }

  /** Puts a whole set below a step. */
  insertSet(step: PathElement, set: FieldSet): void {
    if (set.isEmpty) return;
    const own = this.children.get(step);
    if (own === undefined) this.children.set(step, set);
    else this.children.set(step, (own instanceof FieldSet ? own : own.build()).union(set));
  }

  private childBuilder(step: PathElement): FieldSetBuilder {
    const own = this.children.get(step);
    if (own instanceof FieldSetBuilder) return own;
    const builder = new FieldSetBuilder();
    if (own !== undefined) {
      for (const path of own.paths()) builder.insertPath(path);
    }
    this.children.set(step, builder);
    return builder;
  }

  build(): FieldSet {
    if (this.children.size === 0) return FieldSet.of(this.members, NO_CHILDREN);
    const children = new Map<PathElement, FieldSet>();
    for (const [step, child] of this.children) {
      const set = child instanceof FieldSet ? child : child.build();
      if (!set.isEmpty) children.set(step, set);
    }
    return FieldSet.of(this.members, children);
  }
}

const encoded = new WeakMap<FieldSet, JsonObject>();

/** The set as FieldsV1; the same set gives the same frozen value. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const known = encoded.get(set);
  if (known !== undefined) return known;
  const result: Record<string, Json> = {};
  for (const step of sorted(new Set([...set.members, ...set.children.keys()]))) {
    const child = set.children.get(step);
    if (child === undefined) result[step] = LEAF;
    else if (!set.members.has(step)) result[step] = toFieldsV1(child);
    else result[step] = Object.freeze({ '.': LEAF, ...toFieldsV1(child) });
  }
  const frozen = Object.freeze(result);
  encoded.set(set, frozen);
  decoded.set(frozen, set);
  return frozen;
}

const LEAF: JsonObject = Object.freeze({});
const decoded = new WeakMap<JsonObject, FieldSet>();

/** The set that a FieldsV1 stands for. */
export function fromFieldsV1(fields: JsonObject | undefined): FieldSet {
  if (fields === undefined) return FieldSet.EMPTY;
  const known = decoded.get(fields);
  if (known !== undefined) return known;
  const builder = new FieldSetBuilder();
  for (const step of Object.keys(fields)) {
    if (step === '.') continue;
    const below = fields[step];
    if (typeof below !== 'object' || below === null) continue;
    const object = below as JsonObject;
    const keys = Object.keys(object);
    if (keys.length === 0 || '.' in object) builder.insert(step);
    builder.insertSet(step, fromFieldsV1(object));
  }
  const set = builder.build();
  if (Object.isFrozen(fields)) decoded.set(fields, set);
  return set;
}

/** A path in the words of conflicts: `.spec.containers[name="app"].image`. */
export const pathText = (path: readonly PathElement[]): string => path.map(stepText).join('');

function stepText(step: PathElement): string {
  const content = step.slice(2);
  switch (step.charAt(0)) {
    case 'f':
      return `.${content}`;
    case 'k': {
      const keys = JSON.parse(content) as Record<string, unknown>;
      const parts = Object.keys(keys).map((name) => `${name}=${JSON.stringify(keys[name])}`);
      return `[${parts.join(',')}]`;
    }
    case 'v':
      return `[=${content}]`;
    default:
      return `[${content}]`;
  }
}

/** Fields first, then keys, values and indexes, each by their text. */
function sorted(steps: Iterable<PathElement>): PathElement[] {
  return [...steps].sort((a, b) => {
    const byKind = 'fkvi'.indexOf(a.charAt(0)) - 'fkvi'.indexOf(b.charAt(0));
    if (byKind !== 0) return byKind;
    return a < b ? -1 : a > b ? 1 : 0;
  });
}
