/** One attempt to place one pod, as plugins are told of it. */
import type { Pod } from '../../api/objects';
import type { PodInfo } from '../cache/pod-info';

export interface Cycle {
  readonly pod: Pod;
  readonly info: PodInfo;
}
