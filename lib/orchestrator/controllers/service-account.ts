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
import { controller } from '../client';
import { isNamespaceTerminating } from './framework/namespace-terminating';
import { isRefusal } from './framework/slow-start';

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
  name: 'serviceaccount-controller',
  start({ client, queue }) {
    const namespaces = client.informer<Namespace>('namespaces');
    const accounts = client.informer<ServiceAccount>('serviceaccounts');
    const keys = queue({
      name: 'serviceaccount-controller',
      workers: 1,
      reconcile: (name) => {
        if (namespaces.byKey(name)?.status.phase !== 'Active') return;
        if (accounts.get(name, ACCOUNT) !== undefined) return;
        createOnce(() =>
          client.create<ServiceAccount>('serviceaccounts', name, {
            apiVersion: 'v1',
            kind: 'ServiceAccount',
            metadata: { name: ACCOUNT },
          }),
        );
      },
    });
    namespaces.addHandlers({
      added: ({ metadata }) => keys.add(metadata.name),
      updated: ({ metadata }) => keys.add(metadata.name),
    });
    accounts.addHandlers({
      deleted: ({ metadata }) => {
        if (metadata.name === ACCOUNT) keys.add(metadata.namespace);
      },
    });
  },
});

export const rootCertificatePublisher = controller({
  name: 'root-ca-certificate-publisher-controller',
  start({ client, queue }) {
    const namespaces = client.informer<Namespace>('namespaces');
    const configMaps = client.informer<ConfigMap>('configmaps');
    const keys = queue({
      name: 'root-ca-certificate-publisher-controller',
      workers: 1,
      reconcile: (name) => {
        if (namespaces.byKey(name)?.status.phase !== 'Active') return;
        const existing = configMaps.get(name, BUNDLE);
        if (existing === undefined) {
          createOnce(() =>
            client.create<ConfigMap>('configmaps', name, {
              apiVersion: 'v1',
              kind: 'ConfigMap',
              metadata: { name: BUNDLE, annotations: DESCRIPTION },
              data: CERTIFICATES,
            }),
          );
        } else if (existing.data?.['ca.crt'] !== CERTIFICATES['ca.crt']) {
          client.update<ConfigMap>('configmaps', { ...existing, data: CERTIFICATES });
        }
      },
    });
    namespaces.addHandlers({
      added: ({ metadata }) => keys.add(metadata.name),
      updated: ({ metadata }) => keys.add(metadata.name),
    });
    const restore = ({ metadata }: ConfigMap): void => {
      if (metadata.name === BUNDLE) keys.add(metadata.namespace);
    };
    configMaps.addHandlers({ updated: restore, deleted: restore });
  },
});

/** Somebody else was faster, or the namespace is going away: either way there is nothing to do. */
function createOnce(create: () => void): void {
  try {
    create();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
  }
}
