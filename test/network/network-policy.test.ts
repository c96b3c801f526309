import type { NewObject } from '../../lib/orchestrator/api/object';
import type { NetworkPolicy } from '../../lib/orchestrator/network/network-policy/policy-rules';
import { isInCidr } from '../../lib/orchestrator/network/network-policy/policy-rules';
import { PolicyIndex } from '../../lib/orchestrator/network/network-policy/policy-index';
import { ServiceWorld } from './service-world';

type Spec = NetworkPolicy['spec'];

function apply(world: ServiceWorld, name: string, spec: Spec, namespace = 'default'): void {
  world.user.create<NetworkPolicy>('networkpolicies.networking.k8s.io', namespace, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  } as NewObject<NetworkPolicy>);
}

/** Pods web, api, db in default; probe in other (labelled team=ops); each named by its app label. */
function world(...specs: Spec[]): PolicyIndex {
  const cluster = new ServiceWorld();
  for (const [namespace, team] of [
    ['default', 'shop'],
    ['other', 'ops'],
  ] as const) {
    cluster.user.create('namespaces', undefined, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { team, 'kubernetes.io/metadata.name': namespace } },
    });
  }
  cluster.pod('web', '10.244.0.1', { labels: { app: 'web' } });
  cluster.pod('api', '10.244.0.2', { labels: { app: 'api' } });
  cluster.pod('db', '10.244.1.3', { labels: { app: 'db' }, node: 'node-b' });
  cluster.pod('probe', '10.244.1.4', {
    labels: { app: 'probe' },
    namespace: 'other',
    node: 'node-b',
  });
  specs.forEach((spec, index) => apply(cluster, `policy-${index}`, spec));
  const index = new PolicyIndex(cluster.client('cni'));
  cluster.run(10);
  return index;
}

const pod = (name: string) => ({ podKey: name.includes('/') ? name : `default/${name}` });
const only = (app: string): Spec => ({ podSelector: { matchLabels: { app } } });
const from = (app: string) => ({ podSelector: { matchLabels: { app } } });

interface Row {
  readonly name: string;
  readonly policies: readonly Spec[];
  readonly allowed: readonly string[];
  readonly refused: readonly string[];
}

// Connections are written `from>to:port`.
const rows: readonly Row[] = [
  {
    name: 'without a policy',
    policies: [],
    allowed: ['web>db:5432', 'other/probe>db:1'],
    refused: [],
  },
  {
    name: 'with a policy that has no rules',
    policies: [only('db')],
    allowed: ['db>web:80', 'api>web:80'],
    refused: ['web>db:5432', 'other/probe>db:5432'],
  },
  {
    name: 'with an empty rule',
    policies: [{ ...only('db'), ingress: [{}] }],
    allowed: ['web>db:5432', 'other/probe>db:5432'],
    refused: [],
  },
  {
    name: 'with a peer in the same namespace',
    policies: [{ ...only('db'), ingress: [{ from: [from('api')] }] }],
    allowed: ['api>db:5432'],
    refused: ['web>db:5432', 'other/probe>db:5432'],
  },
  {
    name: 'with the union of two policies',
    policies: [
      { ...only('db'), ingress: [{ from: [from('api')] }] },
      { ...only('db'), ingress: [{ from: [from('web')] }] },
    ],
    allowed: ['api>db:5432', 'web>db:5432'],
    refused: ['other/probe>db:5432'],
  },
  {
    name: 'with ports',
    policies: [
      { ...only('db'), ingress: [{ ports: [{ port: 5432 }, { port: 8000, endPort: 8009 }] }] },
    ],
    allowed: ['web>db:5432', 'web>db:8000', 'web>db:8009'],
    refused: ['web>db:5433', 'web>db:8010'],
  },
  {
    name: 'with a named port of the destination',
    policies: [{ ...only('db'), ingress: [{ ports: [{ port: 'http' }] }] }],
    allowed: ['web>db:8080'],
    refused: ['web>db:80'],
  },
  {
    name: 'with another protocol',
    policies: [{ ...only('db'), ingress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] }],
    allowed: [],
    refused: ['web>db:53'],
  },
  {
    name: 'with a namespace',
    policies: [
      {
        ...only('db'),
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'ops' } } }] }],
      },
    ],
    allowed: ['other/probe>db:5432'],
    refused: ['web>db:5432'],
  },
  {
    name: 'with a pod in a namespace, both in one peer',
    policies: [
      {
        ...only('db'),
        ingress: [
          { from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'api' } } }] },
        ],
      },
    ],
    allowed: ['api>db:5432'],
    refused: ['other/probe>db:5432', 'web>db:5432'],
  },
  {
    name: 'with a pod or a namespace, as two peers',
    policies: [
      {
        ...only('db'),
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'ops' } } }, from('api')] }],
      },
    ],
    allowed: ['api>db:5432', 'other/probe>db:5432'],
    refused: ['web>db:5432'],
  },
  {
    name: 'with an address range and what is left out of it',
    policies: [
      {
        ...only('db'),
        ingress: [{ from: [{ ipBlock: { cidr: '10.244.0.0/24', except: ['10.244.0.2/32'] } }] }],
      },
    ],
    allowed: ['web>db:5432'],
    refused: ['api>db:5432', 'other/probe>db:5432'],
  },
  {
    name: 'with egress rules, and ingress isolated by them too',
    policies: [{ ...only('web'), egress: [{ to: [from('api')] }] }],
    allowed: ['web>api:80'],
    refused: ['web>db:5432', 'api>web:80'],
  },
  {
    name: 'with egress only by type',
    policies: [{ ...only('web'), policyTypes: ['Egress'], egress: [{ to: [from('api')] }] }],
    allowed: ['web>api:80', 'api>web:80'],
    refused: ['web>db:5432'],
  },
  {
    name: 'with egress denied by type alone',
    policies: [{ podSelector: {}, policyTypes: ['Egress'] }],
    allowed: ['other/probe>web:80'],
    refused: ['web>api:80', 'db>other/probe:80'],
  },
  {
    name: 'with egress allowed and ingress not',
    policies: [{ ...only('web'), policyTypes: ['Egress'], egress: [{}] }, only('db')],
    allowed: ['web>api:80'],
    refused: ['web>db:5432'],
  },
  {
    name: 'from a pod to itself',
    policies: [only('db')],
    allowed: ['db>db:5432'],
    refused: [],
  },
];

describe('new connections', () => {
  it.each(rows)('$name', ({ policies, allowed, refused }) => {
    const index = world(...policies);
    const passes = (text: string): boolean => {
      const [source = '', rest = ''] = text.split('>');
      const [target = '', port = ''] = rest.split(':');
      return index.allows(pod(source), pod(target), Number(port), 'TCP');
    };
    expect(allowed.filter((connection) => !passes(connection))).toEqual([]);
    expect(refused.filter(passes)).toEqual([]);
  });

  it('from a pod’s own node pass whatever the policy', () => {
    const index = world(only('db'));
    expect(index.allows({ nodeName: 'node-b' }, pod('db'), 5432, 'TCP')).toBe(true);
    expect(index.allows({ nodeName: 'node-a' }, pod('db'), 5432, 'TCP')).toBe(false);
  });

  it('from outside are judged by their address', () => {
    const index = world({
      ...only('web'),
      ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }],
    });
    expect(index.allows({ ip: '203.0.113.9' }, pod('web'), 80, 'TCP')).toBe(true);
    expect(index.allows({ ip: '198.51.100.9' }, pod('web'), 80, 'TCP')).toBe(false);
  });
});

describe('an address range', () => {
  it.each([
    ['10.0.0.1', '10.0.0.0/8', true],
    ['11.0.0.1', '10.0.0.0/8', false],
    ['192.168.1.7', '192.168.1.7/32', true],
    ['192.168.1.8', '192.168.1.7/32', false],
    ['1.2.3.4', '0.0.0.0/0', true],
    ['1.2.3.4', '2001:db8::/32', false],
  ])('has %s in %s: %s', (ip, cidr, isIn) => {
    expect(isInCidr(ip, cidr)).toBe(isIn);
  });
});

describe('traffic under policies', () => {
  it('is blocked for pods that may not connect, from when the policy comes', () => {
    const cluster = new ServiceWorld();
    cluster.three();
    cluster.pod('client', '10.244.9.1', { labels: { app: 'client' } });
    const traffic = cluster.traffic.start({
      to: { service: 'default/web' },
      rate: 300,
      from: { kind: 'pods', pods: [{ podKey: 'default/client', node: 'node-a' }] },
    });
    cluster.run(1000);
    expect(traffic.report().failed).toBe(0);
    apply(cluster, 'closed', { podSelector: { matchLabels: { app: 'web' } } });
    cluster.run(1002);
    expect(traffic.report().byOutcome.blocked).toBe(300);
    expect(traffic.advice()).toMatchObject([{ cause: 'network-policy' }]);
    apply(cluster, 'open', { ...only('web'), ingress: [{ from: [from('client')] }] });
    cluster.run(1002);
    expect(traffic.report().byOutcome.blocked).toBeLessThanOrEqual(301);
  });
});
