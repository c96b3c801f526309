import { App, Chart } from 'cdk8s';
import fc from 'fast-check';
import type { MicroserviceStackProps, StatefulDatabaseProps } from '../../lib';
import { MicroserviceStack, RefusedError, StatefulDatabase } from '../../lib';
import { Cluster } from '../../lib/testing';
import { schemaErrors } from '../apps/strict-schema';

/**
 * Whatever the props: a construct either refuses them with a reason, or writes what the schemas of
 * Kubernetes and the API server accept.
 */
const optional = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const cpu = fc.constantFrom('0', '10m', '100m', '0.5', '2', '1.5', 'lots');
const memory = fc.constantFrom('16Mi', '128Mi', '100M', '1e8', '2Gi', '-1');
const span = fc.constantFrom('0s', '1s', '5s', '45s', '2m', '1h', 'soon');
const count = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom('0%', '25%', '100%', '1'));
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const text = fc.string({ maxLength: 12 });
const env = fc.dictionary(fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/), text, { maxKeys: 3 });

const common = {
  cpuRequest: optional(cpu),
  cpuLimit: optional(fc.oneof(cpu, fc.constant('none'))),
  memoryRequest: optional(memory),
  memoryLimit: optional(memory),
  livenessDelay: optional(span),
  readinessPeriod: optional(span),
  replicas: optional(fc.integer({ min: 0, max: 6 })),
  budgetMaxUnavailable: optional(count),
  budgetMinAvailable: optional(count),
  terminationGracePeriod: optional(span),
  labels: optional(fc.dictionary(fc.stringMatching(/^[a-z/.]{1,9}$/), text, { maxKeys: 2 })),
  env: optional(env),
  zoneMaxSkew: optional(fc.integer({ min: 0, max: 3 })),
  zoneSpreadRequired: optional(fc.boolean()),
  hostAntiAffinityRequired: optional(fc.boolean()),
  user: optional(fc.integer({ min: 0, max: 20000 })),
  partOf: optional(text),
};

const stackProps: fc.Arbitrary<MicroserviceStackProps> = fc.record({
  ...common,
  image: fc.constantFrom('web:1', 'w:2', 'registry.local:5000/a/b:v1', 'web:latest'),
  name: optional(name),
  autoscaling: optional(fc.boolean()),
  minReplicas: optional(fc.integer({ min: 0, max: 12 })),
  maxSurge: optional(count),
  maxUnavailable: optional(count),
  drain: optional(span),
  port: optional(fc.integer({ min: 0, max: 70000 })),
  config: optional(fc.dictionary(fc.stringMatching(/^[a-z./]{1,8}$/), text, { maxKeys: 3 })),
  edge: optional(fc.boolean()),
  writablePaths: optional(
    fc.uniqueArray(fc.constantFrom('/tmp', '/var/run', '/VAR-run', 'x', '/')),
  ),
});

const databaseProps: fc.Arbitrary<StatefulDatabaseProps> = fc.record({
  ...common,
  name: optional(name),
  storage: optional(fc.constantFrom('1Gi', '0', '500M', '-5Gi', '1.5Ti')),
  accessMode: optional(fc.constantFrom('ReadWriteOnce', 'ReadWriteMany', 'Anything')),
  unsafePlainTextPassword: optional(text),
  passwordSecret: optional(fc.oneof(name, text)),
});

type Written = { apiVersion: string; kind: string };

function outcome(namespace: string, make: (chart: Chart) => void): Written[] | RefusedError {
  const chart = new Chart(new App(), 'test', { namespace });
  try {
    make(chart);
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
  return chart.toJson() as Written[];
}

describe('whatever the props, what is not refused', () => {
  const cluster = Cluster.create();
  const seen = { written: 0, refused: 0 };

  function isSound(make: (chart: Chart) => void): void {
    // A namespace of its own, since what exists already limits what may be applied.
    const namespace = `run-${seen.written + seen.refused}`;
    const result = outcome(namespace, make);
    if (result instanceof RefusedError) {
      seen.refused += 1;
      expect(result.message).toMatch(/^\[test\/it\] \S.*: found .*, allowed /s);
      return;
    }
    seen.written += 1;
    expect(result.flatMap(schemaErrors)).toEqual([]);
    expect(outcome(namespace, make)).toEqual(result);
    cluster.deploy([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
    const applied = cluster.deploy(result as unknown as Record<string, unknown>[]);
    expect(new Set(applied.map(({ result: how }) => how))).toEqual(new Set(['created']));
  }

  it('is accepted by the API server, for a MicroserviceStack', () => {
    fc.assert(
      fc.property(stackProps, (props) =>
        isSound((chart) => new MicroserviceStack(chart, 'it', props)),
      ),
      { numRuns: 200, seed: 1 },
    );
    expect(seen.refused).toBeGreaterThan(40);
    expect(seen.written).toBeGreaterThan(40);
  });

  it('is accepted by the API server, for a StatefulDatabase', () => {
    fc.assert(
      fc.property(databaseProps, (props) =>
        isSound((chart) => new StatefulDatabase(chart, 'it', props)),
      ),
      { numRuns: 200, seed: 1 },
    );
    expect(seen.written).toBeGreaterThan(100);
  });
});
