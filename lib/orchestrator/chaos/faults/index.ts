/** The faults, in the order in which help lists them. A new one is one file here and one line below. */
import type { FaultDefinition } from '../fault';
import { containerCrash } from './container-crash';
import { kubeletCutOff } from './kubelet-cut-off';
import { networkDelay } from './network-delay';
import { networkPartition } from './network-partition';
import { nodeCrash } from './node-crash';
import { podKill } from './pod-kill';
import { zoneOutage } from './zone-outage';

export const faults: readonly FaultDefinition[] = [
  nodeCrash,
  zoneOutage,
  podKill,
  containerCrash,
  kubeletCutOff,
  networkPartition,
  networkDelay,
];
