/**
 * Short cuts from a construct to what it writes.
 */
import type { Chart } from 'cdk8s';
import { Testing, App } from 'cdk8s';
import { Chart as CdkChart } from 'cdk8s';

/** An object as it is written, loosely typed for tests. */
export interface Written {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: { [key: string]: string } };
  spec: { [field: string]: unknown };
  [field: string]: unknown;
}

/** A fresh chart of a fresh app. */
export function chart(props: { namespace?: string } = {}): Chart {
  return new CdkChart(new App(), 'test', props);
}

/** Everything a chart writes. */
export function written(of: Chart): Written[] {
  return Testing.synth(of) as Written[];
}

/** The one object of a kind (and name) that a chart writes. */
export function one(of: Chart, kind: string, name?: string): Written {
  const found = written(of).filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} ${kind} ${name ?? ''}`);
  return found[0];
}

/** The value at a path of an object; steps are separated by dots, list elements by their index. */
export function at(object: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, step) => (value as { [step: string]: unknown } | undefined)?.[step],
      object,
    );
}
