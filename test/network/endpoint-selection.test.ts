import type { Service } from '../../lib/orchestrator/api/objects';
import { selectEndpoints, type ProxyEndpoint } from '../../lib/orchestrator/network';

type Spec = Partial<Service['spec']>;

const serviceWith = (spec: Spec): Service => ({ spec: { type: 'ClusterIP', ...spec } }) as Service;

/** `a1:ready` on node-a in zone-a; `b2:serving` is terminating and serves; `c3:gone` neither. */
const endpoint = (text: string): ProxyEndpoint => {
  const [name = '', state = ''] = text.split(':');
  const [kind, ...hints] = state.split('+');
  const letter = name[0]!;
  return {
    id: `${name}:8080`,
    ip: name,
    podKey: `default/${name}`,
    port: 8080,
    nodeName: `node-${letter}`,
    zone: `zone-${letter}`,
    ready: kind === 'ready',
    serving: kind !== 'gone',
    terminating: kind !== 'ready',
    zoneHints: hints.includes('zone') ? [`zone-${letter}`] : [],
    nodeHints: hints.includes('node') ? [`node-${letter}`] : [],
  };
};

interface Row {
  readonly name: string;
  readonly endpoints: string;
  readonly spec?: Spec;
  readonly external?: boolean;
  readonly chosen: string;
  readonly otherwise?: 'reject' | 'drop';
}

const local: Spec = { internalTrafficPolicy: 'Local' };
const rows: readonly Row[] = [
  { name: 'all ready ones', endpoints: 'a1:ready b2:ready c3:gone', chosen: 'a1 b2' },
  { name: 'no terminating one while one is ready', endpoints: 'a1:ready b2:serving', chosen: 'a1' },
  {
    name: 'terminating ones that serve if none is ready',
    endpoints: 'b2:serving c3:gone',
    chosen: 'b2',
  },
  { name: 'none if none serves', endpoints: 'c3:gone', chosen: '', otherwise: 'reject' },
  { name: 'none of none', endpoints: '', chosen: '', otherwise: 'reject' },
  {
    name: 'local ones by policy',
    endpoints: 'a1:ready a2:ready b1:ready',
    spec: local,
    chosen: 'a1 a2',
  },
  {
    name: 'local terminating ones by policy',
    endpoints: 'a1:serving b1:ready',
    spec: local,
    chosen: 'a1',
  },
  {
    name: 'none by policy if all are elsewhere',
    endpoints: 'b1:ready',
    spec: local,
    chosen: '',
    otherwise: 'drop',
  },
  {
    name: 'none by policy if there is none',
    endpoints: 'b1:gone',
    spec: local,
    chosen: '',
    otherwise: 'reject',
  },
  {
    name: 'all by the internal policy from outside',
    endpoints: 'a1:ready b1:ready',
    spec: local,
    external: true,
    chosen: 'a1 b1',
  },
  {
    name: 'local ones by the external policy',
    endpoints: 'a1:ready b1:ready',
    spec: { externalTrafficPolicy: 'Local' },
    external: true,
    chosen: 'a1',
  },
  {
    name: 'all by the external policy from inside',
    endpoints: 'a1:ready b1:ready',
    spec: { externalTrafficPolicy: 'Local' },
    chosen: 'a1 b1',
  },
  { name: 'the same zone by hints', endpoints: 'a1:ready+zone b1:ready+zone', chosen: 'a1' },
  { name: 'all if one has no hint', endpoints: 'a1:ready+zone b1:ready', chosen: 'a1 b1' },
  {
    name: 'all if no hint is for this zone',
    endpoints: 'b1:ready+zone c1:ready+zone',
    chosen: 'b1 c1',
  },
  {
    name: 'the same node by hints',
    endpoints: 'a1:ready+zone+node b1:ready+zone+node',
    chosen: 'a1',
  },
  { name: 'hints of ready ones only', endpoints: 'a1:ready+zone b1:serving', chosen: 'a1' },
];

describe('of its endpoints a proxy on node-a chooses', () => {
  it.each(rows)('$name', ({ endpoints, spec = {}, external = false, chosen, otherwise }) => {
    const all = endpoints.split(' ').filter(Boolean).map(endpoint);
    const vantage = { nodeName: 'node-a', zone: 'zone-a', external };
    const selection = selectEndpoints(serviceWith(spec), all, vantage);
    expect(selection.endpoints.map(({ ip }) => ip).join(' ')).toBe(chosen);
    if (otherwise !== undefined) expect(selection.otherwise).toBe(otherwise);
  });
});
