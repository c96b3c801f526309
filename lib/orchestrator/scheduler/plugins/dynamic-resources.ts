/**
 * DynamicResources, as it shows in pods without resource claims: nothing to filter, and a word in
 * the message of pods that fit nowhere.
 */
// FIDELITY: resource claims are not allocated; pods that have some are placed as if they had none.
import type { FailedNodes } from '../framework/failed-nodes';
import type { Cycle } from '../framework/cycle';
import type { PostFilterPlugin, PostFilterResult } from '../framework/plugin';
import type { PluginEntry } from '../framework/plugin-entry';

class DynamicResources implements PostFilterPlugin {
  readonly name = 'DynamicResources';

  postFilter(_cycle: Cycle, failed: FailedNodes): PostFilterResult {
    // A pod that was rejected before this plugin's preFilter has no state of it: upstream says so.
    if (failed.preFilter !== undefined) return { message: 'not found', failed: true };
    return { message: 'no new claims to deallocate' };
  }
}

export const dynamicResources: PluginEntry = { create: () => new DynamicResources() };
