/** `kubectl create` of what workloads are configured with: namespaces, accounts, maps, secrets, quotas. */
import type { JsonObject } from '../../orchestrator/api/object';
import { KubectlError, usageError } from '../kubectl-error';
import type { Invocation } from '../invocation';
import { listOf, pairOf, type Generator } from './arguments';
import { base64, dataOf } from './data';

export const namespace: Generator = {
  command: 'namespace',
  generate: (_invocation, name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
};

export const serviceAccount: Generator = {
  command: 'serviceaccount',
  failure: 'failed to create serviceaccount:',
  generate: (_invocation, name) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name },
  }),
};

export const configMap: Generator = {
  command: 'configmap',
  failure: 'failed to create configmap:',
  generate: (invocation, name) => {
    const data = dataOf(invocation, `ConfigMap "${name}"`);
    const metadata = { name };
    const empty = Object.keys(data).length === 0;
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...(empty ? {} : { data }) };
  },
};

export const genericSecret: Generator = {
  command: 'secret generic',
  failure: 'failed to create secret',
  generate: (invocation, name) =>
    secretOf(name, invocation.flags.text('type'), dataOf(invocation, `Secret "${name}"`)),
};

/** FIDELITY: whether certificate and key belong together is not checked. */
export const tlsSecret: Generator = {
  command: 'secret tls',
  failure: 'failed to create secret',
  required: ['cert', 'key'],
  generate: ({ flags, files }, name) => {
    const read = (flag: string): string => {
      const path = flags.text(flag)!;
      const text = files.read(path);
      if (text !== undefined) return text;
      throw usageError(`Cannot read file ${path}, open ${path}: no such file or directory`);
    };
    return secretOf(name, 'kubernetes.io/tls', { 'tls.crt': read('cert'), 'tls.key': read('key') });
  },
};

const DOCKER_HUB = 'https://index.docker.io/v1/';

export const registrySecret: Generator = {
  command: 'secret docker-registry',
  failure: 'failed to create secret',
  generate: ({ flags }: Invocation, name) => {
    const [username, password] = [flags.text('docker-username'), flags.text('docker-password')];
    if (username === undefined || password === undefined) {
      throw new KubectlError(
        'error: either --from-file or the combination of --docker-username, --docker-password and ' +
          '--docker-server is required',
      );
    }
    const email = flags.text('docker-email');
    const entry = {
      username,
      password,
      ...(email === undefined ? {} : { email }),
      auth: base64(`${username}:${password}`),
    };
    const auths = { [flags.text('docker-server') ?? DOCKER_HUB]: entry };
    return secretOf(name, 'kubernetes.io/dockerconfigjson', {
      '.dockerconfigjson': JSON.stringify({ auths }),
    });
  },
};

function secretOf(
  name: string,
  type: string | undefined,
  texts: Readonly<Record<string, string>>,
): JsonObject {
  const data = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, base64(text)]));
  const metadata = { name };
  const empty = Object.keys(data).length === 0;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    ...(empty ? {} : { data }),
    ...(type === undefined ? {} : { type }),
  };
}

export const quota: Generator = {
  command: 'quota',
  failure: 'failed to create quota:',
  generate: ({ flags }, name) => {
    const scopes = listOf(flags, 'scopes');
    return {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name },
      spec: {
        hard: Object.fromEntries(listOf(flags, 'hard').map(pairOf)),
        ...(scopes.length === 0 ? {} : { scopes }),
      },
    };
  },
};
