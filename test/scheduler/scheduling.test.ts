import { ControlPlane } from './control-plane';

describe('The scheduler', () => {
  it('binds a pod to a node that has room and says so', () => {
    const cluster = new ControlPlane();
    cluster.zones(3, 1);
    cluster.pod('web', { cpu: '500m' });
    cluster.run();
    expect(cluster.nodeOf('web')).toBe('node-a1');
    const [event] = cluster.events('web');
    expect(event).toMatchObject({
      reason: 'Scheduled',
      action: 'Binding',
      type: 'Normal',
      message: 'Successfully assigned default/web to node-a1',
      source: {},
      firstTimestamp: null,
      reportingComponent: 'default-scheduler',
    });
    expect(event).not.toHaveProperty('count');
  });
});
