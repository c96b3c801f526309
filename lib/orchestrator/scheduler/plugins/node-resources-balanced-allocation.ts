/**
 * NodeResourcesBalancedAllocation: the better node is the one on which the pod makes cpu and
 * memory use more even. Since 1.36 it scores the change, not the state.
 */
import type { NodeInfo } from '../cache/node-info';
import type { Cycle } from '../framework/cycle';
import { MAX_NODE_SCORE, type PreScorePlugin, type ScorePlugin, SKIP } from '../framework/plugin';
import type { PluginEntry } from '../framework/plugin-entry';

class NodeResourcesBalancedAllocation implements PreScorePlugin, ScorePlugin {
  readonly name = 'NodeResourcesBalancedAllocation';
  readonly local = true;

  preScore({ info }: Cycle): typeof SKIP | undefined {
    const { milliCpu, memory } = info.requests;
    return milliCpu === 0 && memory === 0 ? SKIP : undefined;
  }

  score({ info }: Cycle, node: NodeInfo): number {
    const { milliCpu, memory } = info.requests;
    const change = balance(node, milliCpu, memory) - balance(node, 0, 0);
    return MAX_NODE_SCORE / 2 + Math.trunc((MAX_NODE_SCORE / 2 + change) / 2);
  }
}

/** 100 if equal parts of cpu and memory are taken, less by half of their difference. */
function balance(node: NodeInfo, milliCpu: number, memory: number): number {
  const { allocatableMilliCpu, allocatableMemory } = node;
  if (allocatableMilliCpu === 0 || allocatableMemory === 0) return MAX_NODE_SCORE;
  const cpuUse = Math.min(1, (node.requestedMilliCpu + milliCpu) / allocatableMilliCpu);
  const memoryUse = Math.min(1, (node.requestedMemory + memory) / allocatableMemory);
  return Math.trunc((1 - Math.abs((cpuUse - memoryUse) / 2)) * MAX_NODE_SCORE);
}

export const nodeResourcesBalancedAllocation: PluginEntry = {
  create: () => new NodeResourcesBalancedAllocation(),
};
