/** What the server says it serves, in both forms of discovery. */
import { withServed } from './serving';

interface Group {
  readonly name: string;
  readonly versions: readonly { readonly version: string }[];
  readonly preferredVersion: { readonly version: string };
}

const versionsOf = ({ name, versions }: Group): string =>
  `${name}: ${versions.map(({ version }) => version).join(' ')}`;

describe('discovery', () => {
  test('lists the groups of a real server in its order, autoscaling in two versions', async () => {
    await withServed(
      async ({ ask }) => {
        const { body } = await ask('GET', '/apis');
        const groups = body['groups'] as readonly Group[];
        expect(groups.map(versionsOf)).toEqual([
          'apiregistration.k8s.io: v1',
          'apps: v1',
          'events.k8s.io: v1',
          'authentication.k8s.io: v1',
          'authorization.k8s.io: v1',
          'autoscaling: v2 v1',
          'batch: v1',
          'certificates.k8s.io: v1',
          'networking.k8s.io: v1',
          'policy: v1',
          'rbac.authorization.k8s.io: v1',
          'storage.k8s.io: v1',
          'admissionregistration.k8s.io: v1',
          'apiextensions.k8s.io: v1',
          'scheduling.k8s.io: v1',
          'coordination.k8s.io: v1',
          'node.k8s.io: v1',
          'discovery.k8s.io: v1',
          'resource.k8s.io: v1',
          'flowcontrol.apiserver.k8s.io: v1',
        ]);
        expect(groups[5]!.preferredVersion.version).toBe('v2');
      },
      { metricsServer: false },
    );
  });

  test('has metrics.k8s.io only where a metrics server runs', async () => {
    await withServed(async ({ ask }) => {
      expect((await ask('GET', '/apis/metrics.k8s.io')).code).toBe(200);
      expect((await ask('GET', '/apis/metrics.k8s.io/v1beta1/nodes')).code).toBe(200);
    });
    await withServed(
      async ({ ask }) => {
        expect((await ask('GET', '/apis/metrics.k8s.io')).code).toBe(404);
        expect((await ask('GET', '/apis/metrics.k8s.io/v1beta1/nodes')).code).toBe(404);
      },
      { metricsServer: false },
    );
  });

  test('tells of a group and of its resources by themselves', async () => {
    await withServed(async ({ ask }) => {
      const { body: group } = await ask('GET', '/apis/autoscaling');
      expect(versionsOf(group as unknown as Group)).toBe('autoscaling: v2 v1');
      const { body: list } = await ask('GET', '/apis/autoscaling/v1');
      expect(list['resources']).toMatchObject([
        { name: 'horizontalpodautoscalers', shortNames: ['hpa'], categories: ['all'] },
        { name: 'horizontalpodautoscalers/status', verbs: ['get', 'patch', 'update'] },
      ]);
    });
  });

  test('has the same resources in its aggregated form', async () => {
    await withServed(async ({ ask }) => {
      const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
      const { body, headers } = await ask('GET', '/apis', undefined, { accept });
      expect(headers.get('content-type')).toBe(accept);
      const items = body['items'] as readonly {
        readonly metadata: object;
        readonly versions: readonly { version: string; resources: readonly object[] }[];
      }[];
      const autoscaling = items.find(({ metadata }) => 'autoscaling' === nameOf(metadata))!;
      expect(autoscaling.metadata).toEqual({ name: 'autoscaling' });
      expect(autoscaling.versions.map(({ version }) => version)).toEqual(['v2', 'v1']);
      expect(autoscaling.versions[1]!.resources).toMatchObject([
        { resource: 'horizontalpodautoscalers', subresources: [{ subresource: 'status' }] },
      ]);
    });
  });
});

const nameOf = (metadata: object): unknown => (metadata as { name?: unknown }).name;
