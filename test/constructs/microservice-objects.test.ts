import { Deployment, Ingress, IngressBackend, Service } from 'cdk8s-plus-27';
import { MicroserviceStack } from '../../lib';
import { at, chart, one, written } from './synthesis';
import { stack } from './user-service';

describe('objects of cdk8s-plus in a MicroserviceStack', () => {
  it('are reachable', () => {
    const { made } = stack({ config: { A: 'b' } });
    expect(made.deployment).toBeInstanceOf(Deployment);
    expect(made.service).toBeInstanceOf(Service);
    expect(made.autoscaler?.maxReplicas).toBe(10);
    expect(made.budget.kind).toBe('PodDisruptionBudget');
    expect(made.networkPolicies).toHaveLength(1);
    expect(made.config?.data).toEqual({ A: 'b' });
    expect(made.deployment.containers[0]?.image).toBe('user-service:1.0.0');
  });

  it('may be changed, and what is changed is written', () => {
    const { scope, made } = stack();
    made.deployment.podMetadata.addAnnotation('prometheus.io/scrape', 'true');
    made.service.bind(9090, { name: 'metrics', targetPort: 9090 });
    new Ingress(scope, 'edge').addRule('/', IngressBackend.fromService(made.service, { port: 80 }));
    expect(at(one(scope, 'Deployment'), 'spec.template.metadata.annotations')).toEqual({
      'prometheus.io/scrape': 'true',
    });
    expect(at(one(scope, 'Service'), 'spec.ports')).toHaveLength(2);
    expect(at(one(scope, 'Ingress'), 'spec.rules.0.http.paths.0.backend.service.name')).toBe(
      'user-service',
    );
  });

  it('select the pods by their readable labels from outside the stack', () => {
    const scope = chart();
    const made = new MicroserviceStack(scope, 'web', { image: 'web:1' });
    const other = new Deployment(scope, 'other', { containers: [{ image: 'other:1' }] });
    other.connections.allowTo(made.deployment);
    const policies = written(scope).filter(({ kind }) => kind === 'NetworkPolicy');
    const selectors = policies.map((policy) => JSON.stringify(policy.spec));
    expect(selectors.some((text) => text.includes('"app.kubernetes.io/name":"web"'))).toBe(true);
    const labels = at(one(scope, 'Deployment', 'web'), 'spec.template.metadata.labels');
    expect(Object.keys(labels as object)).not.toContain('cdk8s.io/metadata.addr');
  });
});
