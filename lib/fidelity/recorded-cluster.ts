/** What the clusters of the recordings have in common, whatever the scenario. */
import type { ClusterOptions } from '../orchestrator/cluster/cluster-options';

export const RECORDED_CLUSTER: ClusterOptions = {
  storageClass: false,
  serviceCidr: '10.96.0.0/16',
};
