/** The kubelets: what runs pods on nodes, and the interface by which containers are simulated. */
export { Kubelet, type KubeletOptions } from './kubelet';
export type { KubeletConfig } from './kubelet-context';
export type {
  ContainerConfig,
  ContainerExit,
  ContainerRole,
  ContainerRuntime,
  HookAnswer,
  ProbeAnswer,
  ProbeKind,
  PullAnswer,
  RuntimeListener,
  Signal,
} from './container-runtime';
export type { ProbeFact } from './probes/probe-report';
export { podCidrOf } from './pods/pod-addresses';
export { VolumeAttachments } from './pods/volume-attachments';
export { Kwok, type KwokOptions } from './kwok/kwok';
