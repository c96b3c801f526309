/** `kubectl expose`: a Service for the pods of a workload. */
import type { LabelSelector } from '../../orchestrator/api/label-selector';
import type { JsonObject, KubeObject } from '../../orchestrator/api/object';
import { labelsOf } from '../create/arguments';
import { targetsOf } from '../input/targets';
import type { Invocation } from '../invocation';
import { usageError } from '../kubectl-error';
import { podSpecOf } from '../workload-patch';
import { createOne } from './create';
import { withOverrides } from './run';

interface WithSelector extends KubeObject {
  readonly spec: { readonly selector?: unknown };
}

export function expose(invocation: Invocation): void {
  const { flags, words } = invocation;
  for (const { object } of targetsOf(invocation, words)) {
    const name = flags.text('name') ?? object.metadata.name;
    const type = flags.text('type');
    const service: JsonObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, ...(object.metadata.labels ? { labels: object.metadata.labels } : {}) },
      spec: {
        ports: portsOf(invocation, object),
        selector: selectorOf(invocation, object),
        ...(type === undefined ? {} : { type }),
      },
    };
    const overridden = withOverrides(service, flags.text('overrides'));
    createOne(invocation, overridden, 'kubectl-expose', 'exposed');
  }
}

function selectorOf({ flags }: Invocation, object: KubeObject): Readonly<Record<string, string>> {
  const given = flags.text('selector');
  if (given !== undefined) return labelsOf(given);
  const labels = ownSelector(object);
  if (labels !== undefined) return labels;
  throw usageError("couldn't retrieve selectors via --selector flag or introspection");
}

function ownSelector(object: KubeObject): Readonly<Record<string, string>> | undefined {
  if (object.kind === 'Pod') return object.metadata.labels;
  const { selector } = (object as WithSelector).spec;
  const isPlain = object.kind === 'Service' || object.kind === 'ReplicationController';
  return isPlain
    ? (selector as Readonly<Record<string, string>> | undefined)
    : (selector as LabelSelector | undefined)?.matchLabels;
}

function portsOf({ flags }: Invocation, object: KubeObject): JsonObject[] {
  const protocol = flags.text('protocol') ?? 'TCP';
  const target = flags.text('target-port');
  const asked = flags.text('port');
  const declared = (podSpecOf(object)?.containers ?? []).flatMap((container) =>
    (container.ports ?? []).map((port) => port.containerPort),
  );
  const ports = asked === undefined ? declared : asked.split(',').map(Number);
  if (ports.length === 0) {
    throw usageError("couldn't find port via --port flag or introspection");
  }
  return ports.map((port, i) => ({
    ...(ports.length > 1 ? { name: `port-${i + 1}` } : {}),
    port,
    protocol,
    targetPort: target === undefined ? port : /^\d+$/.test(target) ? Number(target) : target,
  }));
}
