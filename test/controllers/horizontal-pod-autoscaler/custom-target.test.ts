import type { HorizontalPodAutoscaler } from '../../../lib/orchestrator/api/objects';
import { Cluster } from '../../../lib/testing';
import { widgetDefinition, withInteger } from '../../testing/widget-definition';

const manifests = [
  widgetDefinition(
    { spec: withInteger('size'), status: withInteger('size') },
    {
      subresources: {
        status: {},
        scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' },
      },
    },
  ),
  { apiVersion: 'shop.io/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { size: 1 } },
  ...['Widget', 'Gadget'].map((kind) => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: kind.toLowerCase() },
    spec: {
      scaleTargetRef: { apiVersion: 'shop.io/v1', kind, name: 'w' },
      minReplicas: 3,
      maxReplicas: 5,
    },
  })),
];

describe('An autoscaler of a custom resource', () => {
  it('scales it where its definition has the number of replicas', () => {
    const cluster = Cluster.create();
    cluster.deploy(manifests as never);
    cluster.advance(60_000);
    const [widget] = cluster.core.api.list('widgets.shop.io').items;
    expect(widget).toMatchObject({ spec: { size: 3 } });
  });

  it('knows nothing of kinds that nobody has defined', () => {
    const cluster = Cluster.create();
    cluster.deploy(manifests as never);
    cluster.advance(60_000);
    const { status } = cluster.core.api.get<HorizontalPodAutoscaler>(
      'horizontalpodautoscalers.autoscaling',
      'default',
      'gadget',
    );
    expect(status.conditions?.[0]?.message).toBe(
      "the HPA controller was unable to get the target's current scale: " +
        'no matches for kind "Gadget" in group "shop.io"',
    );
  });
});
