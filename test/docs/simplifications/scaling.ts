/** Autoscaling: thresholds in the documents, a ratio in Kubernetes. */
import type { HorizontalPodAutoscaler } from '../../../lib/orchestrator/api/objects';
import { Cluster, spike } from '../../../lib/testing';
import { after, AUTOSCALER, serviceYaml, type Run } from './stage';

/** 5 pods that ask for 100m, a program that takes 1 ms of CPU a request: 1 rps a pod is 1 %. */
function underLoad(rps: number, advance: string) {
  const cluster = Cluster.create({
    nodesPerZone: 3,
    images: { 'user-service:*': { cpuPerRequest: 1, baseCpu: 0 } },
  });
  cluster.deploy(serviceYaml({ container: 'resources: {requests: {cpu: 100m}}' }));
  expect(cluster).toSettle({ within: '2m' });
  cluster.traffic({ to: 'service/user-service', rps });
  cluster.advance('1m');
  cluster.deploy(AUTOSCALER);
  cluster.advance(advance);
  return { cluster, service: cluster.deployment('user-service') };
}

const at = (percent: number): string => {
  const { service } = underLoad(percent * 5, '15m');
  const ratio = (percent / 70).toFixed(2);
  return `5 pods at ${percent} %: ratio ${ratio}, ${service.replicas} pods 15 minutes later`;
};

export const ratio: Run = () => [at(20), at(40), at(50), at(66), at(74), at(90)];

export const stabilisation: Run = () => {
  const cluster = Cluster.create({
    nodesPerZone: 3,
    images: { 'user-service:*': { cpuPerRequest: 1, baseCpu: 0 } },
  });
  cluster.deploy(
    serviceYaml({ container: 'resources: {requests: {cpu: 100m}}' }) + '---' + AUTOSCALER,
  );
  expect(cluster).toSettle({ within: '2m' });
  const service = cluster.deployment('user-service');
  cluster.traffic({
    to: 'service/user-service',
    rps: spike(250, 700, { after: '10m', for: '2m' }),
  });
  cluster.advance('10m');
  const start = cluster.now;
  expect(service).toScaleTo({ exactly: 10, within: '2m' });
  const up = after(cluster, start);
  cluster.advance(start + 120_000 - cluster.now);
  const end = cluster.now;
  expect(service).toScaleTo({ atMost: 9, within: '20m' });
  return [
    `10 pods ${up} after the peak began`,
    `the first pod left ${after(cluster, end)} after it ended`,
  ];
};

/** The condition says which bound or metric decided. */
export const bounds: Run = () => {
  const { cluster, service } = underLoad(5, '15m');
  const { status } = cluster.autoscaler('user-service').get() as unknown as HorizontalPodAutoscaler;
  const limited = status.conditions?.find(({ type }) => type === 'ScalingLimited');
  return [
    `5 replicas written down, idle: ${service.replicas} pods 15 minutes later`,
    `ScalingLimited=${limited?.status} ${limited?.reason}`,
  ];
};
