/**
 * An index of dependents by the controller that owns them, and of those that nobody controls by
 * namespace: the candidates that a workload controller may claim. Shared by all controllers of
 * the process, because informers are.
 */
import type { KubeObject } from '../../api/object';
import { controllerOf } from '../../api/object';
import type { Informer } from '../../client';

const INDEX = 'controller';

/** Adds the index to an informer; harmless if another controller did so before. */
export function indexByController<T extends KubeObject>(informer: Informer<T>): Informer<T> {
  informer.addIndex(
    INDEX,
    (object) => controllerOf(object)?.uid ?? `orphans/${object.metadata.namespace ?? ''}`,
  );
  return informer;
}

/** The objects that the controller of this uid owns. */
export function ownedBy<T extends KubeObject>(
  informer: Informer<T>,
  uid: string,
): ReadonlyMap<string, T> {
  return informer.byIndex(INDEX, uid);
}

/** The objects of a namespace that no controller owns. */
export function orphansIn<T extends KubeObject>(
  informer: Informer<T>,
  namespace: string,
): ReadonlyMap<string, T> {
  return informer.byIndex(INDEX, `orphans/${namespace}`);
}
