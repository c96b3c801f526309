/** Objects: what they hold, what they need, what is refused. */
import type { KubeObject } from '../../../lib/orchestrator/api/object';
import type { Pod } from '../../../lib/orchestrator/api/objects';
import { Cluster } from '../../../lib/testing';
import type { Run } from './stage';

export const secret: Run = () => {
  const cluster = Cluster.create();
  cluster.deploy(
    '{apiVersion: v1, kind: Secret, metadata: {name: db-secret}, stringData: {password: secret}}',
  );
  const { data } = cluster.object('secrets', 'db-secret').get() as KubeObject & {
    data: Record<string, string>;
  };
  const password = data['password']!;
  return [
    `data: {password: ${password}}`,
    `decoded: ${Buffer.from(password, 'base64').toString()}`,
  ];
};

export const deploymentWithoutSelector: Run = () => {
  const cluster = Cluster.create();
  const refused = (): string => {
    try {
      cluster.deploy(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: my-app}
spec:
  replicas: 3
  template: {spec: {containers: [{name: my-app, image: "my-app:1.0"}]}}
`);
    } catch (error) {
      return (error as Error).message;
    }
    return 'accepted';
  };
  return refused().split(': [')[1]!.split(']')[0]!.split(', ');
};

export const missingClaim: Run = () => {
  const cluster = Cluster.create();
  cluster.deploy(`
apiVersion: v1
kind: Pod
metadata: {name: postgres}
spec:
  containers: [{name: postgres, image: "postgres:15-alpine", volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}]}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: postgres-pvc}}]
`);
  cluster.advance('1h');
  const pod = cluster.pod('postgres').get();
  const { message = '' } = pod.status.conditions!.find(({ type }) => type === 'PodScheduled')!;
  return [`${pod.status.phase} an hour later:`, message.split('. ')[0]!];
};

export const pending: Run = () => {
  const cluster = Cluster.create({ images: { 'big:v1': { imageSize: 8 * 1024 ** 3 } } });
  cluster.deploy(
    '{apiVersion: v1, kind: Pod, metadata: {name: big}, spec: {containers: [{name: big, image: "big:v1"}]}}',
  );
  cluster.advance('10s');
  const { spec, status } = cluster.pod('big').get() as Pod;
  const waiting = status.containerStatuses?.[0]?.state?.waiting?.reason;
  return [`on ${spec.nodeName}, phase ${status.phase}, container waiting: ${waiting}`];
};

export const namespaceTokens: Run = () => {
  const cluster = Cluster.create();
  cluster.deploy('{apiVersion: v1, kind: Namespace, metadata: {name: production}}');
  cluster.advance('1m');
  const names = (resource: string): string =>
    cluster
      .list(resource, 'production')
      .map(({ metadata }) => metadata.name)
      .join(', ') || 'none';
  return [`service accounts: ${names('serviceaccounts')}`, `secrets: ${names('secrets')}`];
};
