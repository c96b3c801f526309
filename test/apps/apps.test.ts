import { App } from 'cdk8s';
import { CALL_GRAPH } from '../../apps/microservices/call-graph';
import { ComposePort } from '../../apps/compose-port/compose-port';
import { Microservices } from '../../apps/microservices/microservices';
import { Shop } from '../../apps/three-tier/shop';
import { at, one, written } from '../constructs/synthesis';

const CONTAINER = 'spec.template.spec.containers.0';

describe('the design challenge', () => {
  const challenge = new Microservices(new App(), 'challenge');

  it('has twenty services of three to ten pods, behind one gateway', () => {
    const scalers = written(challenge).filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    expect(scalers).toHaveLength(20);
    expect(scalers.every(({ spec }) => spec.minReplicas === 3 && spec.maxReplicas === 10)).toBe(
      true,
    );
    const edges = written(challenge).filter(({ spec }) => spec?.type === 'LoadBalancer');
    expect(edges.map(({ metadata }) => metadata.name)).toEqual(['api-gateway']);
  });

  it('updates two pods ahead and one behind', () => {
    const deployments = written(challenge).filter(({ kind }) => kind === 'Deployment');
    expect(deployments).toHaveLength(20);
    for (const deployment of deployments) {
      expect(at(deployment, 'spec.strategy.rollingUpdate')).toEqual({
        maxSurge: 2,
        maxUnavailable: 1,
      });
    }
  });

  it('lets a service connect to those it calls, to its database and to nobody else', () => {
    for (const { name, calls, database } of CALL_GRAPH) {
      const egress = at(one(challenge, 'NetworkPolicy', name), 'spec.egress') as object[];
      const servers = egress.slice(1).map((rule) => {
        const labels = at(rule, 'to.0.podSelector.matchLabels') as { [key: string]: string };
        return labels['app.kubernetes.io/instance'];
      });
      const own = database ? [name.replace('-service', '-db')] : [];
      expect(servers).toEqual([...calls, ...own]);
    }
  });

  it('lets every service be reached from the gateway by way of those that call it', () => {
    const reached = new Set(['api-gateway']);
    for (const name of reached) {
      for (const called of CALL_GRAPH.find((node) => node.name === name)?.calls ?? []) {
        reached.add(called);
      }
    }
    expect([...reached].sort()).toEqual(CALL_GRAPH.map(({ name }) => name).sort());
  });

  it('bounds a namespace of its own so that every service can grow and roll at once', () => {
    const props = { namespace: 'platform', makeNamespace: true };
    const bounded = new Microservices(new App(), 'bounded', props);
    const hard = at(one(bounded, 'ResourceQuota'), 'spec.hard') as { [resource: string]: string };
    expect(Number(hard['requests.cpu'])).toBeGreaterThanOrEqual(20 * 12 * 0.1);
    expect(Number(hard['limits.cpu'])).toBeGreaterThanOrEqual(20 * 12);
    expect(
      written(bounded).every(({ kind, metadata }) => kind === 'Namespace' || metadata.namespace),
    ).toBe(true);
  });
});

describe('the shop', () => {
  it('is three tiers of one version', () => {
    const shop = new Shop(new App(), 'shop', { version: '2.0.0', apiReplicas: 4 });
    expect(at(one(shop, 'Deployment', 'api'), `${CONTAINER}.image`)).toBe('shop/api:2.0.0');
    expect(at(one(shop, 'Deployment', 'frontend'), `${CONTAINER}.image`)).toBe(
      'shop/frontend:2.0.0',
    );
    expect(one(shop, 'Deployment', 'api').spec).toMatchObject({ replicas: 4 });
    expect(one(shop, 'StatefulSet').metadata.name).toBe('postgres');
    expect(shop.tiers.networkPolicies).toHaveLength(3);
  });
});

describe('the Compose file as constructs', () => {
  const compose = new ComposePort(new App(), 'compose');

  it('asks nginx only what nginx answers', () => {
    const web = at(one(compose, 'Deployment', 'web'), CONTAINER) as object;
    expect(at(web, 'livenessProbe.tcpSocket.port')).toBe(80);
    expect(at(web, 'readinessProbe.httpGet')).toMatchObject({ path: '/', port: 80 });
    expect(at(web, 'volumeMounts')).toContainEqual({ name: 'run', mountPath: '/run' });
  });

  it('publishes port 80 and keeps the database to the web', () => {
    expect(one(compose, 'Service', 'web').spec).toMatchObject({
      type: 'LoadBalancer',
      ports: [{ port: 80, targetPort: 80 }],
    });
    expect(at(one(compose, 'NetworkPolicy', 'db'), 'spec.ingress.0.from')).toHaveLength(1);
  });
});
