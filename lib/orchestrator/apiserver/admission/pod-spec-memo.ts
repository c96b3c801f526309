/**
 * Controllers create many pods from one frozen template. What an admission step makes of a spec is
 * remembered by the spec's identity, so that all those pods share one admitted spec too.
 */
import type { Draft } from '../../api/kind';
import type { PodSpec } from '../../api/objects';

interface Remembered {
  readonly circumstances: string;
  readonly result: PodSpec;
}

export class PodSpecMemo {
  private readonly known = new WeakMap<PodSpec, Remembered>();

  /**
   * Replaces the draft's spec by what `change` makes of it. The result must depend on the spec and
   * on the circumstances only.
   */
  apply(draft: Draft, circumstances: string, change: (spec: PodSpec) => PodSpec): void {
    const spec = draft['spec'] as PodSpec;
    const known = this.known.get(spec);
    if (known !== undefined && known.circumstances === circumstances) {
      draft['spec'] = known.result;
      return;
    }
    const result = change(spec);
    if (Object.isFrozen(spec)) this.known.set(spec, { circumstances, result: freezeTop(result) });
    draft['spec'] = result;
  }
}

/** The next step recognises the spec by identity only if nobody changes it any more. */
function freezeTop(spec: PodSpec): PodSpec {
  return Object.freeze(spec);
}
