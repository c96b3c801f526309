/**
 * What a pod's spec came to on each node, until the node changes. Pods of one template are placed
 * one after another, and each changes one node only: the others need not be asked again. Stands
 * beside kube-scheduler's opportunistic batching, which reuses a whole ranking.
 */
import type { PodSpec } from '../../api/objects';
import type { NodeInfo } from './node-info';

/** As many templates as are commonly rolled out at one time. */
const SPEC_LIMIT = 32;

/** Values by node, each good for one version of its node. */
export class NodeMemo<V> {
  /** By the node's slot; 0 is no version. */
  private versions = new Int32Array(64);
  private readonly values: V[] = [];

  isKnown({ slot, version }: NodeInfo): boolean {
    return this.versions[slot] === version;
  }

  get({ slot }: NodeInfo): V {
    return this.values[slot]!;
  }

  set({ slot, version }: NodeInfo, value: V): V {
    if (slot >= this.versions.length) {
      const larger = new Int32Array(slot * 2);
      larger.set(this.versions);
      this.versions = larger;
    }
    this.versions[slot] = version;
    this.values[slot] = value;
    return value;
  }

  /** Knows nothing any more, and keeps its place in memory. */
  forget(): void {
    this.versions.fill(0);
  }
}

type Questions = Map<string, NodeMemo<unknown>>;

export class NodeMemos {
  /** The spec that was asked of longest ago first. */
  private readonly bySpec = new Map<PodSpec, Questions>();

  /** The memo of one question (a plugin's score, say) about pods of this very spec. */
  of<V>(spec: PodSpec, question: string): NodeMemo<V> {
    const memos = this.ofSpec(spec);
    let memo = memos.get(question);
    if (memo === undefined) memos.set(question, (memo = new NodeMemo()));
    return memo as NodeMemo<V>;
  }

  private ofSpec(spec: PodSpec): Questions {
    let memos = this.bySpec.get(spec);
    if (memos !== undefined) this.bySpec.delete(spec);
    else if (this.bySpec.size >= SPEC_LIMIT) memos = this.recycled();
    memos ??= new Map();
    this.bySpec.set(spec, memos);
    return memos;
  }

  /** Pods may have a spec each, as those of StatefulSets do: none of them costs new memory. */
  private recycled(): Questions {
    const [oldest, memos] = this.bySpec.entries().next().value!;
    this.bySpec.delete(oldest);
    for (const memo of memos.values()) memo.forget();
    return memos;
  }

  /** Nodes came or went: their places in the memos may be others'. */
  clear(): void {
    this.bySpec.clear();
  }
}
