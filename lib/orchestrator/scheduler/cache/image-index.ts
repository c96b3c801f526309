/** Which nodes have which images, for pods that start faster where theirs are. */
import type { NodeInfo } from './node-info';

export interface ImageState {
  readonly size: number;
  readonly nodes: Set<NodeInfo>;
}

export class ImageIndex {
  private readonly byName = new Map<string, ImageState>();

  get(image: string): ImageState | undefined {
    return this.byName.get(image);
  }

  add(info: NodeInfo): void {
    for (const { names, sizeBytes = 0 } of info.node.status.images ?? []) {
      for (const name of names ?? []) {
        let state = this.byName.get(name);
        if (state === undefined) {
          this.byName.set(name, (state = { size: sizeBytes, nodes: new Set() }));
        }
        state.nodes.add(info);
      }
    }
  }

  remove(info: NodeInfo): void {
    for (const { names } of info.node.status.images ?? []) {
      for (const name of names ?? []) {
        const state = this.byName.get(name);
        state?.nodes.delete(info);
        if (state?.nodes.size === 0) this.byName.delete(name);
      }
    }
  }
}
