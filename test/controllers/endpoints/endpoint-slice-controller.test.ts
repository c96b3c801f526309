import type { EndpointSlice, Pod, Service } from '../../../lib/orchestrator/api/objects';
import { ControllerProcess } from '../../../lib/orchestrator/client';
import { endpointSliceController } from '../../../lib/orchestrator/controllers/endpoints/endpoint-slice-controller';
import { addressesOf, RESOURCE, slicesOf, started } from './slices';

describe('a service with a selector', () => {
  it('gets an empty slice when it selects no pod', () => {
    const cluster = started();
    cluster.service('web', {}, { team: 'shop' });
    cluster.run(100);
    const [slice, ...others] = slicesOf(cluster);
    expect(others).toEqual([]);
    expect(slice!.endpoints).toEqual([]);
    expect(slice!.metadata.generateName).toBe('web-');
    expect(slice!.metadata.labels).toEqual({
      team: 'shop',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
    expect(slice!.metadata.ownerReferences).toMatchObject([{ kind: 'Service', name: 'web' }]);
  });

  it('has its pods in the slice that stood for none', () => {
    const cluster = started();
    cluster.service('web');
    cluster.run(100);
    const [placeholder] = slicesOf(cluster);
    cluster.pod('web-1', '10.244.0.1', { node: 'node-b' });
    cluster.run(100);
    const [slice, ...others] = slicesOf(cluster);
    expect(others).toEqual([]);
    expect(slice!.metadata.uid).toBe(placeholder!.metadata.uid);
    expect(slice!.ports).toEqual([{ name: '', protocol: 'TCP', port: 8080 }]);
    expect(slice!.endpoints).toEqual([
      {
        addresses: ['10.244.0.1'],
        conditions: { ready: true, serving: true, terminating: false },
        targetRef: {
          kind: 'Pod',
          namespace: 'default',
          name: 'web-1',
          uid: cluster.user.get('pods', 'default', 'web-1').metadata.uid,
        },
        nodeName: 'node-b',
        zone: 'zone-b',
      },
    ]);
  });

  it('keeps an empty slice after its last pod is gone', () => {
    const cluster = started();
    cluster.service('web');
    cluster.pod('web-1', '10.244.0.1');
    cluster.run(100);
    cluster.user.delete('pods', 'default', 'web-1', { gracePeriodSeconds: 0 });
    cluster.run(100);
    expect(slicesOf(cluster).map(addressesOf)).toEqual([[]]);
  });

  it.each([
    ['ExternalName', { type: 'ExternalName' as const, externalName: 'example.com' }],
    ['selectorless', { selector: undefined }],
  ])('gets no slice if it is %s', (_, spec) => {
    const cluster = started();
    cluster.service('web', spec);
    cluster.run(100);
    expect(slicesOf(cluster)).toEqual([]);
  });

  it('follows a change of its selector', () => {
    const cluster = started();
    const service = cluster.service('web');
    cluster.pod('web-1', '10.244.0.1');
    cluster.pod('api-1', '10.244.0.2', { labels: { app: 'api' } });
    cluster.run(100);
    cluster.user.update<Service>('services', {
      ...service,
      spec: { ...service.spec, selector: { app: 'api' } },
    });
    cluster.run(100);
    expect(slicesOf(cluster).map(addressesOf)).toEqual([['10.244.0.2']]);
  });

  it('follows a pod that changes its labels', () => {
    const cluster = started();
    cluster.service('web');
    const pod = cluster.pod('web-1', '10.244.0.1');
    cluster.pod('web-2', '10.244.0.2');
    cluster.run(100);
    cluster.user.update<Pod>('pods', {
      ...pod,
      metadata: { ...pod.metadata, labels: { app: 'other' } },
    });
    cluster.run(100);
    expect(slicesOf(cluster).map(addressesOf)).toEqual([['10.244.0.2']]);
  });

  it('gets its slice back if a person deletes it or empties it', () => {
    const cluster = started();
    cluster.service('web');
    cluster.pod('web-1', '10.244.0.1');
    cluster.run(100);
    cluster.user.delete(RESOURCE, 'default', slicesOf(cluster)[0]!.metadata.name);
    cluster.run(100);
    expect(slicesOf(cluster).map(addressesOf)).toEqual([['10.244.0.1']]);
    cluster.user.update<EndpointSlice>(RESOURCE, { ...slicesOf(cluster)[0]!, endpoints: [] });
    cluster.run(100);
    expect(slicesOf(cluster).map(addressesOf)).toEqual([['10.244.0.1']]);
  });
});

describe('the conditions of an endpoint', () => {
  interface Row {
    readonly ready: boolean;
    readonly terminating: boolean;
    readonly publish: boolean;
    readonly conditions: { ready: boolean; serving: boolean; terminating: boolean };
  }
  const row = (bits: string): Row => {
    const [ready, terminating, publish, r, s, t] = [...bits].map((bit) => bit === '1');
    return {
      ready: ready!,
      terminating: terminating!,
      publish: publish!,
      conditions: { ready: r!, serving: s!, terminating: t! },
    };
  };
  // pod Ready, deleted, publishNotReadyAddresses → ready, serving, terminating
  it.each(
    ['000000', '100110', '010001', '110011', '001100', '101110', '011101', '111111'].map(row),
  )(
    'are $conditions if pod ready=$ready, deleted=$terminating, publish=$publish',
    ({ ready, terminating, publish, conditions }) => {
      const cluster = started();
      cluster.service('web', { publishNotReadyAddresses: publish });
      cluster.pod('web-1', '10.244.0.1', { ready });
      if (terminating) cluster.user.delete('pods', 'default', 'web-1');
      cluster.run(100);
      expect(slicesOf(cluster)[0]!.endpoints![0]!.conditions).toEqual(conditions);
    },
  );

  it('follow readiness and deletion in place', () => {
    const cluster = started();
    cluster.service('web');
    cluster.pod('web-1', '10.244.0.1', { ready: false });
    cluster.pod('web-2', '10.244.0.2');
    cluster.run(100);
    cluster.setReady('web-1', true);
    cluster.user.delete('pods', 'default', 'web-2');
    cluster.run(100);
    const [slice] = slicesOf(cluster);
    expect(addressesOf(slice!)).toEqual(['10.244.0.1', '10.244.0.2']);
    expect(slice!.endpoints!.map(({ conditions }) => conditions.ready)).toEqual([true, false]);
  });

  it.each(['Succeeded', 'Failed'] as const)('leave out a pod that has %s', (phase) => {
    const cluster = started();
    cluster.service('web');
    const pod = cluster.pod('web-1', '10.244.0.1');
    cluster.run(100);
    cluster.user.updateStatus<Pod>('pods', { ...pod, status: { ...pod.status, phase } });
    cluster.run(100);
    expect(slicesOf(cluster).map(addressesOf)).toEqual([[]]);
  });
});

describe('ports and slices', () => {
  it('keeps pods whose named port differs in slices of their own', () => {
    const cluster = started();
    cluster.service('web', {
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 'http' }],
    });
    const other = {
      containers: [
        {
          name: 'app',
          image: 'app',
          imagePullPolicy: 'IfNotPresent' as const,
          ports: [{ name: 'http', containerPort: 9090, protocol: 'TCP' }],
        },
      ],
    };
    cluster.pod('web-1', '10.244.0.1');
    cluster.pod('web-2', '10.244.0.2', { spec: other });
    cluster.run(100);
    expect(
      slicesOf(cluster)
        .map((slice) => [slice.ports![0]!.port, addressesOf(slice)])
        .sort(),
    ).toEqual([
      [8080, ['10.244.0.1']],
      [9090, ['10.244.0.2']],
    ]);
  });

  it('marks slices of a headless service and names hosts of its subdomain', () => {
    const cluster = started();
    cluster.service('web', { clusterIP: 'None', ports: undefined });
    cluster.pod('web-0', '10.244.0.1', { spec: { hostname: 'web-0', subdomain: 'web' } });
    cluster.run(100);
    const [slice] = slicesOf(cluster);
    expect(slice!.metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '');
    expect(slice!.endpoints![0]!.hostname).toBe('web-0');
    expect(slice!.ports).toEqual([]);
  });

  it.each([
    ['PreferSameZone', { forZones: [{ name: 'zone-b' }] }],
    ['PreferClose', { forZones: [{ name: 'zone-b' }] }],
    ['PreferSameNode', { forZones: [{ name: 'zone-b' }], forNodes: [{ name: 'node-b' }] }],
    [undefined, undefined],
  ])('hints for trafficDistribution %s', (trafficDistribution, hints) => {
    const cluster = started();
    cluster.service('web', { trafficDistribution });
    cluster.pod('web-1', '10.244.0.1', { node: 'node-b' });
    cluster.pod('web-2', '10.244.0.2', { node: 'node-b', ready: false });
    cluster.run(100);
    const { endpoints } = slicesOf(cluster)[0]!;
    expect(endpoints!.map((endpoint) => endpoint.hints)).toEqual([hints, undefined]);
  });
});

describe('the controller', () => {
  it('waits a second and tries again while its cache lags behind its own writes', () => {
    const cluster = started(200);
    cluster.service('web');
    cluster.run(205);
    cluster.pod('web-1', '10.244.0.1');
    cluster.run(5);
    expect(slicesOf(cluster)).toHaveLength(1);
    cluster.run(250);
    const before = slicesOf(cluster).map(addressesOf);
    cluster.run(3000);
    expect(slicesOf(cluster).map(addressesOf)).toEqual([['10.244.0.1']]);
    expect(before.length).toBe(1);
  });

  it('takes over what another instance left without a write', () => {
    const cluster = started();
    cluster.service('web');
    cluster.pod('web-1', '10.244.0.1');
    cluster.run(100);
    const before = slicesOf(cluster);
    const client = cluster.client('kube-controller-manager-2');
    new ControllerProcess(client, cluster.random).start([endpointSliceController]);
    cluster.run(5000);
    expect(slicesOf(cluster)).toEqual(before);
  });

  it('leaves out a pod whose node does not exist, and says so', () => {
    const cluster = started();
    cluster.service('web');
    cluster.pod('web-1', '10.244.0.1', { node: 'node-x' });
    cluster.pod('web-2', '10.244.0.2');
    cluster.run(500);
    expect(slicesOf(cluster).map(addressesOf)).toEqual([['10.244.0.2']]);
    cluster.node('node-x', 'zone-x');
    cluster.run(20_000);
    expect(slicesOf(cluster).flatMap(addressesOf).sort()).toEqual(['10.244.0.1', '10.244.0.2']);
  });

  it('loses pods one after another, whatever lies between them, as soon as it hears of them', () => {
    for (let apart = 0; apart <= 30; apart++) {
      const cluster = started(14);
      cluster.service('web');
      cluster.pod('web-1', '10.244.0.1');
      cluster.pod('web-2', '10.244.0.2');
      cluster.run(10_000);
      cluster.user.delete('pods', 'default', 'web-1', { gracePeriodSeconds: 0 });
      cluster.run(apart);
      cluster.user.delete('pods', 'default', 'web-2', { gracePeriodSeconds: 0 });
      cluster.run(100);
      expect(slicesOf(cluster).flatMap(addressesOf)).toEqual([]);
    }
  });

  it('notes in the annotation when the change began', () => {
    const cluster = started();
    cluster.service('web');
    cluster.run(10_000);
    cluster.pod('web-1', '10.244.0.1', { ready: false });
    cluster.run(10_000);
    cluster.setReady('web-1', true);
    cluster.run(100);
    const [slice] = slicesOf(cluster);
    const pod = cluster.user.get<Pod>('pods', 'default', 'web-1');
    expect(slice!.metadata.annotations).toEqual({
      'endpoints.kubernetes.io/last-change-trigger-time':
        pod.status.conditions![0]!.lastTransitionTime,
    });
    cluster.user.delete('pods', 'default', 'web-1');
    cluster.run(100);
    expect(slicesOf(cluster)[0]!.metadata.annotations).toBeUndefined();
  });
});
