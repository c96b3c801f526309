/** What runs in containers: image behaviours, the runtime that plays them, the table of programs. */
export {
  Behaviours,
  slowStarter,
  slowStarterThatServesOn,
  type ImageBehaviours,
} from './behaviours';
export type {
  Duration,
  HealthBehaviour,
  ImageBehaviour,
  SigtermBehaviour,
} from './image-behaviour';
export type { ContainerLog } from './container-logs';
export { imageNotFound, type RegistryOptions } from './image-registry';
export { latencyOf, listensOn, type ProcessView } from './process';
export {
  ProcessTable,
  type ContainerUsage,
  type PodUsage,
  type ProcessListener,
} from './process-table';
export { SimulatedRuntime, type SimulatedRuntimeOptions } from './simulated-runtime';
