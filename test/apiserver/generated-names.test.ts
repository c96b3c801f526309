import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import { ApiStatusError } from '../../lib/orchestrator/api/status-error';
import { Client } from '../../lib/orchestrator/client';

function refusal(spec: object, quota?: object): string {
  const cluster = new Cluster({ withoutNodes: true });
  cluster.advance(5000);
  const { api, clock, trace } = cluster;
  const user = new Client({ api, clock, trace, component: 'user' });
  if (quota !== undefined) {
    const metadata = { name: 'compute' };
    user.create('resourcequotas', 'default', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata,
      spec: quota,
    } as never);
    cluster.advance(1000);
  }
  const metadata = { generateName: 'web-' };
  const containers = [{ name: 'web', image: 'web:1' }];
  try {
    user.create('pods', 'default', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { containers, ...spec },
    } as never);
  } catch (error) {
    if (error instanceof ApiStatusError) return error.message;
    throw error;
  }
  return 'created';
}

describe('A pod whose name is to be generated', () => {
  test('has none yet when the first part of admission refuses it', () => {
    expect(refusal({ serviceAccountName: 'nobody' })).toBe(
      'pods "web-" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
    );
  });

  test('has one when quota refuses it', () => {
    expect(refusal({}, { hard: { pods: '0' } })).toMatch(
      /^pods "web-[a-z0-9]{5}" is forbidden: exceeded quota: compute, requested: pods=1/,
    );
  });
});
