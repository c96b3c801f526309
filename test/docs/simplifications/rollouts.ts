/** Rolling updates: what the documents count, and what is counted. */
import type { Deployment, EndpointSlice, Event } from '../../../lib/orchestrator/api/objects';
import { Cluster, slowStarter } from '../../../lib/testing';
import { AUTOSCALER, counted, LIVE, READINESS, serviceYaml, stage, until, type Run } from './stage';

const strategy = (maxSurge: number, maxUnavailable: number): string =>
  `strategy: {rollingUpdate: {maxSurge: ${maxSurge}, maxUnavailable: ${maxUnavailable}}}`;

function rolled(replicas: number, spec?: string): string {
  const { cluster, service } = stage({ replicas, ...(spec ? { spec } : {}) }, { nodesPerZone: 10 });
  const since = cluster.now;
  service.setImage('app', 'user-service:v2');
  expect(service).toCompleteRollout({ within: '5m' });
  const pods = counted(service, since, LIVE);
  const ready = counted(service, since, ['ready']);
  return `at most ${Math.max(...pods)} pods, at least ${Math.min(...ready)} ready`;
}

export const surge: Run = () => [
  `5 replicas, maxSurge 2, maxUnavailable 1: ${rolled(5, strategy(2, 1))}`,
  `5 replicas, maxSurge 1, maxUnavailable 1: ${rolled(5, strategy(1, 1))}`,
  `3 replicas, no strategy given:            ${rolled(3)}`,
];

export const steps: Run = () => {
  const { cluster, service } = stage({ spec: strategy(2, 1) }, { nodesPerZone: 10 });
  const [old] = service.replicaSets();
  service.setImage('app', 'user-service:v2');
  expect(service).toCompleteRollout({ within: '5m' });
  return cluster
    .list<Event>('events')
    .filter(
      ({ reason, message }) => reason === 'ScalingReplicaSet' && !message?.includes('from 0 to 5'),
    )
    .map(({ message = '' }) => {
      const [, from, to] = /from (\d+) to (\d+)/.exec(message)!;
      const which = message.includes(old!.metadata.name) ? 'old' : 'new';
      return `${which} ${from} to ${to}`;
    });
};

/** A program that stops listening on SIGTERM; the same with time to be taken out of the tables. */
function lostIn(container: string): string {
  const { cluster, service } = stage(
    { spec: strategy(2, 1), container },
    { images: { 'user-service:*': slowStarter } },
  );
  const traffic = cluster.traffic({ to: 'service/user-service', rps: 1000 });
  cluster.advance('10s');
  service.setImage('app', 'user-service:v2');
  expect(service).toCompleteRollout({ within: '5m' });
  cluster.advance('30s');
  return `${traffic.failed} of ${traffic.requests} requests lost`;
}

export const zeroDowntime: Run = () => [
  `readiness probe:                  ${lostIn(READINESS)}`,
  `readiness probe, preStop sleep 2: ${lostIn(`${READINESS}, lifecycle: {preStop: {sleep: {seconds: 2}}}`)}`,
];

export const noRollback: Run = () => {
  const { cluster, service } = stage({}, { images: { 'user-service:v2': { readiness: 'never' } } });
  service.setImage('app', 'user-service:v2');
  expect(service).toStallRollout({ within: '11m' });
  cluster.advance('2h');
  const deployment = service.get() as unknown as Deployment;
  const progressing = deployment.status.conditions?.find(({ type }) => type === 'Progressing');
  const image = deployment.spec.template.spec.containers[0]!.image;
  return [
    `Progressing=${progressing?.status} ${progressing?.reason}`,
    `two hours later: ${image} still wanted, ${deployment.status.availableReplicas} of 5 available`,
  ];
};

export const termination: Run = () => {
  const container = `${READINESS}, lifecycle: {preStop: {sleep: {seconds: 10}}}`;
  const { cluster, service } = stage({ container });
  const [pod] = service.pods;
  pod!.delete();
  cluster.advance('2s');
  const ready = pod!.get().status.conditions?.find(({ type }) => type === 'Ready')?.status;
  const endpoint = cluster
    .list<EndpointSlice>('endpointslices.discovery.k8s.io')
    .flatMap(({ endpoints }) => endpoints ?? [])
    .find(({ targetRef }) => targetRef?.name === pod!.name)!;
  const { ready: takes, serving, terminating } = endpoint.conditions;
  return [
    `the pod:      Ready=${ready}`,
    `its endpoint: ready=${takes} serving=${serving} terminating=${terminating}`,
  ];
};

export const reapplied: Run = () => {
  const cluster = Cluster.create({
    nodesPerZone: 3,
    images: { 'user-service:*': { cpuPerRequest: 1 } },
  });
  const container = 'resources: {requests: {cpu: 100m}}';
  cluster.deploy(serviceYaml({ container }));
  cluster.deploy(AUTOSCALER);
  expect(cluster).toSettle({ within: '2m' });
  const service = cluster.deployment('user-service');
  cluster.traffic({ to: 'service/user-service', rps: 600 });
  expect(service).toScaleTo({ atLeast: 9, within: '5m' });
  cluster.advance('1m');
  const scaled = service.replicas;
  cluster.deploy(serviceYaml({ container }));
  const applied = service.replicas;
  cluster.advance('1m');
  return [
    `autoscaled to ${scaled}, applied again: ${applied}, a minute later: ${service.replicas}`,
  ];
};

export const scaleDown: Run = () => {
  const { cluster, service } = stage({ replicas: 4 });
  const [oldest] = service.pods;
  cluster.fail.containers(oldest!);
  until(cluster, () => !oldest!.isReady);
  service.scale(3);
  cluster.advance('1s');
  const gone = oldest!.tryGet()?.metadata.deletionTimestamp !== undefined;
  return [`4 pods, one is not ready, scaled to 3: the one that is not ready goes: ${gone}`];
};
