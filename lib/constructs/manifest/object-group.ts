/**
 * The base of every construct of this package that makes several API objects: it finds them by kind
 * and name and lets any field of any of them be overridden without loss.
 */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { RefusedError } from '../refusals/refusal';
import { Manifest } from './manifest';
import type { ManifestFields } from './override';

/** A construct that makes API objects and lets any of their fields be overridden. */
export abstract class ObjectGroup extends Construct {
  /** Every API object made in this construct, in the order in which it was made. */
  get objects(): ApiObject[] {
    return this.node.findAll().filter((child) => ApiObject.isApiObject(child)) as ApiObject[];
  }

  /**
   * The manifest of one object of this construct.
   *
   * @param target its kind, such as `Deployment`; or kind and name, such as `Secret/db-credentials`,
   * where the construct makes several objects of that kind
   */
  manifest(target: string): Manifest {
    const [kind, name] = target.split('/');
    const matches = this.objects.filter(
      (object) => object.kind === kind && (name === undefined || object.name === name),
    );
    if (matches.length === 1 && matches[0]) return Manifest.of(matches[0]);
    const made = this.objects.map((object) => `${object.kind}/${object.name}`).join(', ');
    const allowed =
      matches.length === 0
        ? `this construct makes no such object; it makes ${made}`
        : `that is ${matches.length} objects; name one of ${matches.map((m) => `${m.kind}/${m.name}`).join(', ')}`;
    throw new RefusedError(this, [{ prop: 'override', found: `'${target}'`, allowed }]);
  }

  /**
   * Merges fields over one object, in the API's spelling: maps merge, lists of named things
   * (containers, env, volumes, ports, …) merge by their name, other lists are replaced, and `null`
   * removes a field.
   *
   * @example
   * stack.override('Deployment', { spec: { template: { spec: { hostUsers: false } } } });
   */
  override(target: string, fields: ManifestFields): this {
    this.manifest(target).override(fields);
    return this;
  }

  /**
   * Sets the value at one place of an object.
   *
   * @example
   * stack.overrideAt('Deployment', '/spec/template/spec/containers/name=api/stdin', true);
   */
  overrideAt(target: string, pointer: string, value: unknown): this {
    this.manifest(target).overrideAt(pointer, value);
    return this;
  }

  /** Removes what is at one place of an object; it must be there. */
  removeAt(target: string, pointer: string): this {
    this.manifest(target).removeAt(pointer);
    return this;
  }
}
