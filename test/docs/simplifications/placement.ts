/** Where pods land, and how many of them. */
import type { Pod } from '../../../lib/orchestrator/api/objects';
import { Cluster } from '../../../lib/testing';
import { REQUESTS, serviceYaml, stage, tally, type Run } from './stage';

const antiAffinity = (how: 'preferred' | 'required'): string => {
  const term =
    '{labelSelector: {matchExpressions: [{key: app, operator: In, values: [user-service]}]}, topologyKey: kubernetes.io/hostname}';
  return how === 'preferred'
    ? `affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, podAffinityTerm: ${term}}]}}`
    : `affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [${term}]}}`;
};

const nodesOf = (cluster: Cluster): string =>
  tally(
    cluster
      .deployment('user-service')
      .podObjects()
      .map((pod) => pod.spec.nodeName ?? 'Pending'),
  );
const zonesOf = (cluster: Cluster): string =>
  tally(
    cluster
      .deployment('user-service')
      .podObjects()
      .map((pod) => pod.spec.nodeName?.slice(0, 1) ?? 'Pending'),
  );

export const antiAffinityIsAPreference: Run = () => {
  const preferred = stage({ podSpec: antiAffinity('preferred') });
  const required = Cluster.create();
  required.deploy(serviceYaml({ podSpec: antiAffinity('required') }));
  required.advance('1m');
  return [
    `preferred, 3 nodes: ${nodesOf(preferred.cluster)}`,
    `required, 3 nodes:  ${nodesOf(required)}`,
  ];
};

/** Zone c has room for nothing: whatever runs there takes it all. */
const HOG = `
apiVersion: v1
kind: Pod
metadata: {name: hog}
spec:
  nodeSelector: {topology.kubernetes.io/zone: c}
  containers: [{name: hog, image: "hog:v1", resources: {requests: {cpu: 3950m}}}]
`;

const spread = (whenUnsatisfiable: string): string =>
  `topologySpreadConstraints: [{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ${whenUnsatisfiable}, labelSelector: {matchLabels: {app: user-service}}}]`;

export const zones: Run = () => {
  const placed = (podSpec: string, crowded: boolean): string => {
    const cluster = Cluster.create({ nodesPerZone: crowded ? 1 : 10 });
    if (crowded) cluster.deploy(HOG);
    expect(cluster).toSettle({ within: '1m' });
    cluster.deploy(serviceYaml({ podSpec, container: REQUESTS }));
    cluster.advance('1m');
    return zonesOf(cluster);
  };
  return [
    `anti-affinity, room everywhere:  ${placed(antiAffinity('preferred'), false)}`,
    `anti-affinity, zone c is full:   ${placed(antiAffinity('preferred'), true)}`,
    `DoNotSchedule, zone c is full:   ${placed(spread('DoNotSchedule'), true)}`,
  ];
};

/** The documents' machine: 8 CPUs, 32 GB, room for 100 pods. */
export const capacity: Run = () => {
  const cluster = Cluster.create({
    zones: ['a'],
    node: { cpu: '8', memory: '32Gi', pods: '100' },
  });
  cluster.deploy(serviceYaml({ replicas: 100, container: REQUESTS }));
  cluster.advance('2m');
  const pods = cluster.deployment('user-service').podObjects();
  const running = pods.filter((pod: Pod) => pod.spec.nodeName).length;
  const waiting = pods.find((pod: Pod) => !pod.spec.nodeName);
  const { message = '' } = waiting!.status.conditions!.find(({ type }) => type === 'PodScheduled')!;
  return [`${running} of 100 pods fit; the others wait:`, message.split(' no new claims')[0]!];
};
