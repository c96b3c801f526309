/** The plugins of the default profile, in order: filters are asked in it. */
import type { PluginEntry } from '../framework/plugin';
import { defaultBinder } from './default-binder';
import { nodeAffinity } from './node-affinity';
import { nodeName } from './node-name';
import { nodePorts } from './node-ports';
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation';
import { nodeResourcesFit } from './node-resources-fit';
import { nodeUnschedulable } from './node-unschedulable';
import { schedulingGates } from './scheduling-gates';
import { taintToleration } from './taint-toleration';

// FIDELITY: DynamicResources, NodeDeclaredFeatures and GangScheduling are left out: pods with
// resource claims are placed as if they had none.
export const plugins: readonly PluginEntry[] = [
  schedulingGates,
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  nodeResourcesBalancedAllocation,
  defaultBinder,
];
