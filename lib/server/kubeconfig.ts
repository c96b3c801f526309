/** The kubeconfig by which kubectl finds the server. */
import { stringify } from 'yaml';

export function kubeconfigFor(url: string, name = 'drydock'): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  });
}
