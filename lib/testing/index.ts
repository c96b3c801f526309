/**
 * `cdk8s-drydock/testing`: a Kubernetes in one process, to prove in tests what manifests do.
 *
 * @example
 * const cluster = Cluster.create();
 * cluster.deploy(new Shop(Testing.app(), 'shop'));
 * expect(cluster).toSettle({ within: '2m' });
 */
export { Cluster, type Origin } from './cluster';
export type { Duration } from './duration';
export type { ClusterOptions, Latencies } from '../orchestrator/cluster/cluster-options';
export type { NodeShape, Topology } from '../orchestrator/cluster/nodes';
export type { AppliedObject, Manifest } from '../orchestrator/cluster/apply-objects';
export type { Outage } from '../orchestrator/chaos';
export type {
  ClientSource,
  LossAdvice,
  LossCause,
  LossEntry,
  Outcome,
  RateShape,
  RetryPolicy,
  SampledRequest,
  TrafficReport,
} from '../orchestrator/traffic';
export type {
  HealthBehaviour,
  ImageBehaviour,
  ImageBehaviours,
  SigtermBehaviour,
} from '../orchestrator/workload';
export { slowStarter, slowStarterThatServesOn } from '../orchestrator/workload';
export { DeployError, type Refusal } from './deploy-error';
export { Failures } from './fail';
export { Handle } from './handles/handle';
export type { Place } from './handles/place';
export { PodHandle } from './handles/pod-handle';
export { WorkloadHandle } from './handles/workload-handle';
export type { ManifestSource } from './manifest-source';
export { matchers, type DrydockMatchers } from './matchers';
export { above, below, exactly, type NumberCondition } from './matchers/to-have-never-had';
export { seeds } from './seeds';
export { ramp, spike, TrafficHandle, type TrafficProps } from './traffic';
export { UsageError } from './usage-error';
