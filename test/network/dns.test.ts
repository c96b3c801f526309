import { ClusterDns, type RecordType } from '../../lib/orchestrator/network/dns';
import { ServiceWorld } from './service-world';

function names(): { world: ServiceWorld; dns: ClusterDns } {
  const world = new ServiceWorld();
  world.service('web', {
    clusterIP: '10.96.0.10',
    clusterIPs: ['10.96.0.10'],
    ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }],
  });
  world.service('out', { type: 'ExternalName', externalName: 'example.com', clusterIP: undefined });
  world.service('db', {
    clusterIP: 'None',
    ports: [{ name: 'sql', protocol: 'TCP', port: 5432, targetPort: 8080 }],
  });
  const labels = { app: 'db' };
  world.pod('db-0', '10.244.0.5', { labels, spec: { hostname: 'db-0', subdomain: 'db' } });
  world.pod('db-1', '10.244.0.6', { labels, spec: { hostname: 'db-1', subdomain: 'db' } });
  world.pod('db-x', '10.244.0.7', { labels });
  world.pod('db-2', '10.244.0.8', { labels, ready: false });
  world.service('empty', { clusterIP: 'None' });
  world.run(100);
  const dns = new ClusterDns(world.client('coredns'));
  return { world, dns };
}

type Row = readonly [name: string, type: RecordType, status: string, ...data: string[]];
const rows: readonly Row[] = [
  ['web.default.svc.cluster.local', 'A', 'NOERROR', '10.96.0.10'],
  ['WEB.default.svc.cluster.local', 'A', 'NOERROR', '10.96.0.10'],
  ['web.default.svc.cluster.local', 'AAAA', 'NODATA'],
  ['nobody.default.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['web.other.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['out.default.svc.cluster.local', 'A', 'NOERROR', 'example.com'],
  ['db.default.svc.cluster.local', 'A', 'NOERROR', '10.244.0.5', '10.244.0.6', '10.244.0.7'],
  ['empty.default.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['db-1.db.default.svc.cluster.local', 'A', 'NOERROR', '10.244.0.6'],
  ['10-244-0-7.db.default.svc.cluster.local', 'A', 'NOERROR', '10.244.0.7'],
  ['db-2.db.default.svc.cluster.local', 'A', 'NXDOMAIN'],
  [
    '_http._tcp.web.default.svc.cluster.local',
    'SRV',
    'NOERROR',
    '0 100 80 web.default.svc.cluster.local',
  ],
  [
    '_sql._tcp.db.default.svc.cluster.local',
    'SRV',
    'NOERROR',
    '0 33 8080 db-0.db.default.svc.cluster.local',
    '0 33 8080 db-1.db.default.svc.cluster.local',
    '0 33 8080 10-244-0-7.db.default.svc.cluster.local',
  ],
  ['_http._udp.web.default.svc.cluster.local', 'SRV', 'NXDOMAIN'],
  ['10.0.96.10.in-addr.arpa', 'PTR', 'NOERROR', 'web.default.svc.cluster.local'],
  ['11.0.96.10.in-addr.arpa', 'PTR', 'NXDOMAIN'],
  ['5.0.244.10.in-addr.arpa', 'PTR', 'NOERROR', 'db-0.db.default.svc.cluster.local'],
  ['dns-version.cluster.local', 'TXT', 'NOERROR', '"1.1.0"'],
];

describe('the cluster’s names', () => {
  const cases = rows.map(([name, type, status, ...data]) => ({ name, type, status, data }));
  it.each(cases)('answer $name $type with $status', ({ name, type, status, data }) => {
    const answer = names().dns.query(name, type);
    expect(answer.status).toBe(status);
    expect(answer.records.map((record) => record.data)).toEqual(data);
  });

  it.each([
    ['web', 'default', '10.96.0.10'],
    ['web.default', 'other', '10.96.0.10'],
    ['web.default.svc', 'other', '10.96.0.10'],
    ['web.default.svc.cluster.local', 'other', '10.96.0.10'],
    ['web.default.svc.cluster.local.', 'other', '10.96.0.10'],
    ['db-0.db', 'default', '10.244.0.5'],
    ['web', 'other', undefined],
    ['web.', 'default', undefined],
  ])('resolve %s in a pod of %s to %s', (name, namespace, address) => {
    expect(names().dns.resolve(name, namespace).records[0]?.data).toBe(address);
  });

  it('of a headless service leave out a pod that is going away', () => {
    const { world, dns } = names();
    world.terminate('db-0');
    world.run(100);
    const { records } = dns.query('db.default.svc.cluster.local', 'A');
    expect(records.map(({ data }) => data)).toEqual(['10.244.0.6', '10.244.0.7']);
  });
});
