import {
  rootCertificatePublisher,
  serviceAccountController,
} from '../../lib/orchestrator/controllers/service-account';
import type { ConfigMap, ServiceAccount } from '../../lib/orchestrator/api/objects';
import { Simulation } from './kit/simulation';

describe('a new namespace', () => {
  const controllers = [serviceAccountController, rootCertificatePublisher];

  it('gets an account and the root certificates, and gets them back when they are deleted', () => {
    const simulation = new Simulation({ controllers, withNodes: false });
    simulation.run(10);
    simulation.user.delete('serviceaccounts', 'default', 'default');
    simulation.user.delete('configmaps', 'default', 'kube-root-ca.crt');
    simulation.run(10);
    const names = (list: { metadata: { name: string } }[]): string[] =>
      list.map(({ metadata }) => metadata.name);
    expect(names(simulation.list<ServiceAccount>('serviceaccounts'))).toEqual(['default']);
    expect(names(simulation.list<ConfigMap>('configmaps'))).toEqual(['kube-root-ca.crt']);
    expect(simulation.writes('serviceaccounts')).toHaveLength(3);
  });

  it('gets its certificates back when somebody changes them', () => {
    const simulation = new Simulation({ controllers, withNodes: false });
    simulation.run(10);
    const bundle = simulation.get<ConfigMap>('configmaps', 'kube-root-ca.crt');
    simulation.user.update<ConfigMap>('configmaps', { ...bundle, data: {} });
    simulation.run(10);
    expect(simulation.get<ConfigMap>('configmaps', 'kube-root-ca.crt').data).toEqual(bundle.data);
  });
});
