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
  private readonly versions: number[] = [];
  private readonly values: V[] = [];

  isKnown(node: NodeInfo): boolean {
    return this.versions[node.slot] === node.version;
  }

  get({ slot }: NodeInfo): V {
    return this.values[slot]!;
  }

  set({ slot, version }: NodeInfo, value: V): V {
    // Without holes, which would make both lists slow.
    while (this.versions.length < slot) {
      this.versions.push(-1);
      this.values.push(value);
    }
    this.versions[slot] = version;
    this.values[slot] = value;
    return value;
  }
}

export class NodeMemos {
  private readonly bySpec = new Map<PodSpec, Map<string, NodeMemo<never>>>();

  /** The memo of one question (a plugin's score, say) about pods of this very spec. */
  of<V>(spec: PodSpec, question: string): NodeMemo<V> {
    let memos = this.bySpec.get(spec);
    if (memos === undefined) {
      if (this.bySpec.size >= SPEC_LIMIT) this.bySpec.delete(this.bySpec.keys().next().value!);
      this.bySpec.set(spec, (memos = new Map()));
    }
    let memo = memos.get(question);
    if (memo === undefined) memos.set(question, (memo = new NodeMemo()));
    return memo as NodeMemo<unknown> as NodeMemo<V>;
  }

  /** Nodes came or went: their places in the memos may be others'. */
  clear(): void {
    this.bySpec.clear();
  }
}
