/** `kubectl create service TYPE`: Services for the pods that are labelled `app=NAME`. */
import type { JsonObject } from '../../orchestrator/api/object';
import type { Flags } from '../input/command-line';
import { usageError } from '../kubectl-error';
import { intOrText, listOf, type Generator } from './arguments';

const ofType = (type: string, required: readonly string[] = []): Generator => ({
  command: `service ${type.toLowerCase()}`,
  failure: `failed to create ${type} service:`,
  required,
  generate: ({ flags }, name) => serviceOf(flags, name, type),
});

export const clusterIpService = ofType('ClusterIP');
export const nodePortService = ofType('NodePort');
export const loadBalancerService = ofType('LoadBalancer');
export const externalNameService = ofType('ExternalName', ['external-name']);

function serviceOf(flags: Flags, name: string, type: string): JsonObject {
  const ports = listOf(flags, 'tcp').map((text) => portOf(text, flags.int('node-port')));
  const clusterIP = type === 'ClusterIP' ? flags.text('clusterip') : undefined;
  if (ports.length === 0 && type !== 'ExternalName' && clusterIP !== 'None') {
    throw usageError('at least one tcp port specifier must be provided');
  }
  const labels = { app: name };
  const externalName = flags.text('external-name');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: {
      ...(ports.length === 0 ? {} : { ports }),
      selector: labels,
      type,
      ...(clusterIP === undefined ? {} : { clusterIP }),
      ...(externalName === undefined ? {} : { externalName }),
    },
  };
}

/** `80`, `80:8080`, `80:http` */
function portOf(text: string, nodePort: number | undefined): JsonObject {
  const [port = '', target = port] = text.split(':');
  if (!/^\d+$/.test(port)) {
    throw usageError(`strconv.ParseUint: parsing "${port}": invalid syntax`);
  }
  return {
    name: text.replace(':', '-'),
    port: Number(port),
    targetPort: intOrText(target),
    protocol: 'TCP',
    ...(nodePort ? { nodePort } : {}),
  };
}
