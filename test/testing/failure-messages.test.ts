import { Cluster } from '../../lib/testing';

const web = (probePort: number) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: app, image: "web:v1", ports: [{containerPort: 8080}], readinessProbe: {httpGet: {path: /ready, port: ${probePort}}, periodSeconds: 5}}
`;

const messageOf = (run: () => void): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing failed');
};

test('a readiness probe on a wrong port is named as the cause', () => {
  const cluster = Cluster.create();
  cluster.deploy(web(9999));
  const message = messageOf(() => expect(cluster.deployment('web')).toCompleteRollout({ within: '1m' }));
  console.log(message);
  expect(message).toContain('connection refused');
});

test('a pod that no node fits is named with the reason of each node', () => {
  const cluster = Cluster.create();
  cluster.deploy(web(8080));
  expect(cluster).toSettle({ within: '1m' });
  const handle = cluster.deployment('web');
  handle.patch({ spec: { template: { spec: { containers: [{ name: 'app', resources: { requests: { cpu: '16' } } }] } } } });
  const message = messageOf(() => expect(handle).toCompleteRollout({ within: '3m' }));
  console.log(message);
  expect(message).toContain('Insufficient cpu');
});
