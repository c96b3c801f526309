import { Cluster, DeployError } from '../../lib/testing';
import { widgetDefinition, withInteger } from './widget-definition';

const definition = widgetDefinition({ spec: withInteger('size', { maximum: 5, default: 1 }) });
const widget = (spec: object): object => ({
  apiVersion: 'shop.io/v1',
  kind: 'Widget',
  metadata: { name: 'first' },
  spec,
});

describe('custom resources', () => {
  it('are deployed together with their definition, in any order', () => {
    const cluster = Cluster.create();
    const [created] = cluster.deploy([widget({}), definition] as never);
    expect(created).toMatchObject({ result: 'created', object: { spec: { size: 1 } } });
    expect(cluster.deploy([widget({ size: 3 })] as never)[0]?.result).toBe('configured');
  });

  it('are refused where their schema refuses them', () => {
    const cluster = Cluster.create();
    cluster.deploy([definition] as never);
    cluster.advance(1000);
    expect(() => cluster.deploy([widget({ size: 9 })] as never)).toThrow(
      'spec.size in body should be less than or equal to 5',
    );
  });

  it('are refused without a definition', () => {
    expect(() => Cluster.create().deploy([widget({})] as never)).toThrow(DeployError);
  });
});
