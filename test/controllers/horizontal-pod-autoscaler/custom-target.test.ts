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

const CANNOT_CONVERT =
  "couldn't convert selector into a corresponding internal selector object: " +
  "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt";

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

  it.each([
    ['', 'InvalidSelector', "the HPA target's scale is missing a selector", 'selector is required'],
    ['a b', 'InvalidSelector', CANNOT_CONVERT, CANNOT_CONVERT],
  ])(
    'does not scale by pods that the selector "%s" does not tell',
    (selector, reason, why, told) => {
      const cluster = Cluster.create();
      const status = {
        type: 'object',
        properties: { ...withInteger('size').properties, selector: { type: 'string' } },
      };
      const scale = {
        specReplicasPath: '.spec.size',
        statusReplicasPath: '.status.size',
        labelSelectorPath: '.status.selector',
      };
      const definition = widgetDefinition(
        { spec: withInteger('size'), status },
        { subresources: { status: {}, scale } },
      );
      const widget = {
        apiVersion: 'shop.io/v1',
        kind: 'Widget',
        metadata: { name: 'w' },
        spec: { size: 3 },
      };
      cluster.deploy([definition, widget, manifests[2]] as never);
      cluster.kubectl(
        `patch widget w --subresource=status --type=merge -p '{"status":{"selector":"${selector}"}}'`,
      );
      cluster.advance(40_000);
      const { conditions } = cluster.core.api.get<HorizontalPodAutoscaler>(
        'horizontalpodautoscalers.autoscaling',
        'default',
        'widget',
      ).status;
      expect(conditions?.[1]).toMatchObject({
        type: 'ScalingActive',
        status: 'False',
        reason,
        message: why,
      });
      expect(cluster.kubectl('get events')).toMatch(
        new RegExp(`FailedComputeMetricsReplicas +horizontalpodautoscaler/widget +${told}`),
      );
    },
  );
});
