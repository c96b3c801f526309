import { App } from 'cdk8s';
import { addApps } from '../../apps/apps';
import type { Deployment } from '../../lib/orchestrator/api/objects';
import { Cluster } from '../../lib/testing/cluster';

describe('every app of apps/, deployed to the orchestrator', () => {
  const app = new App();
  addApps(app);

  it.each(app.charts.map((chart) => [chart.node.id, chart] as const))(
    '%s is accepted whole and becomes available',
    (_name, chart) => {
      const cluster = Cluster.create({ zones: ['a', 'b', 'c'], nodesPerZone: 4 });
      const applied = cluster.deploy(chart);
      expect(applied.map(({ result }) => result)).not.toContain('refused');
      expect(cluster.settle({ within: '2m' })).toBe(true);
      cluster.advance('1m');
      expect(cluster.settle({ within: '2m' })).toBe(true);
      for (const deployment of cluster.list<Deployment>('deployments.apps')) {
        const fewest = deployment.metadata.name === 'frontend' ? 2 : 3;
        expect(deployment.status.availableReplicas).toBe(fewest);
      }
    },
  );
});
