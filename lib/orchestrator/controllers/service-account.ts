/**
 * Sees to it that every namespace has a ServiceAccount `default` and the cluster's root
 * certificates. Stands for kube-controller-manager's serviceaccount controller and root CA
 * publisher.
 *
 * FIDELITY: the published bundle names the cluster but holds no key anybody could check: nothing
 * in the simulation speaks TLS to the API server.
 */
import type { ConfigMap, Namespace, ServiceAccount } from '../api/objects';
import { isAlreadyExists } from '../api/status-error';
import { controller, type ControllerContext, type Informer, type WorkQueue } from '../client';
import { isNamespaceTerminating } from './framework/namespace-terminating';
import { isRefusal } from './framework/slow-start';

const ACCOUNTS = 'serviceaccount-controller';
const PUBLISHER = 'root-ca-certificate-publisher-controller';
const ACCOUNT = 'default';
const BUNDLE = 'kube-root-ca.crt';
const CERTIFICATES = {
  'ca.crt': '-----BEGIN CERTIFICATE-----\nZHJ5ZG9jaw==\n-----END CERTIFICATE-----\n',
};
const DESCRIPTION = {
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal ' +
    'endpoints such as the internal service IP or kubernetes.default.svc. No other usage is ' +
    'guaranteed across distributions of Kubernetes clusters.',
};

export const serviceAccountController = controller({
  name: ACCOUNTS,
  start(context) {
    const { client } = context;
    const namespaces = client.informer<Namespace>('namespaces');
    const accounts = client.informer<ServiceAccount>('serviceaccounts');
    const keys = namespaceQueue(context, ACCOUNTS, namespaces, (namespace) => {
      if (accounts.get(namespace, ACCOUNT) !== undefined) return;
      createOnce(() =>
        client.create<ServiceAccount>('serviceaccounts', namespace, {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: ACCOUNT },
        }),
      );
    });
    accounts.addHandlers({
      deleted: ({ metadata }) => {
        if (metadata.name === ACCOUNT) keys.add(metadata.namespace);
      },
    });
  },
});

export const rootCertificatePublisher = controller({
  name: PUBLISHER,
  start(context) {
    const { client } = context;
    const namespaces = client.informer<Namespace>('namespaces');
    const configMaps = client.informer<ConfigMap>('configmaps');
    const keys = namespaceQueue(context, PUBLISHER, namespaces, (namespace) => {
      const existing = configMaps.get(namespace, BUNDLE);
      if (existing === undefined) {
        createOnce(() =>
          client.create<ConfigMap>('configmaps', namespace, {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: BUNDLE, annotations: DESCRIPTION },
            data: CERTIFICATES,
          }),
        );
      } else if (existing.data?.['ca.crt'] !== CERTIFICATES['ca.crt']) {
        client.update<ConfigMap>('configmaps', { ...existing, data: CERTIFICATES });
      }
    });
    const restore = ({ metadata }: ConfigMap): void => {
      if (metadata.name === BUNDLE) keys.add(metadata.namespace);
    };
    configMaps.addHandlers({ updated: restore, deleted: restore });
  },
});

/** The namespaces that are to be supplied: each when it comes or changes, and while it is active. */
function namespaceQueue(
  { queue }: ControllerContext,
  name: string,
  namespaces: Informer<Namespace>,
  supply: (namespace: string) => void,
): WorkQueue {
  const keys = queue({
    name,
    workers: 1,
    reconcile: (namespace) => {
      if (namespaces.byKey(namespace)?.status.phase === 'Active') supply(namespace);
    },
  });
  namespaces.addHandlers({
    added: ({ metadata }) => keys.add(metadata.name),
    updated: ({ metadata }) => keys.add(metadata.name),
  });
  return keys;
}

/** Somebody else was faster, or the namespace is going away: either way there is nothing to do. */
function createOnce(create: () => void): void {
  try {
    create();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
  }
}
