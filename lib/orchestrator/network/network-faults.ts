/**
 * What is wrong with the network: nodes that are gone, links that are cut or slow. Set by fault
 * injection; every connection asks. Stands for cables, switches and clouds.
 */

/** Nodes by name, by zone, or both; the union counts. */
export interface NodeSet {
  readonly nodes?: readonly string[];
  readonly zones?: readonly string[];
}

interface LinkFault {
  readonly from: NodeSet;
  readonly to: NodeSet;
  /** Infinity: nothing passes. */
  readonly delayMs: number;
}

/** The other side of every node: clients outside the cluster. */
export const OUTSIDE = 'outside';

export class NetworkFaults {
  private readonly down = new Set<string>();
  private readonly links = new Map<number, LinkFault>();
  private readonly listeners: (() => void)[] = [];
  private nextId = 1;

  /** @param zoneOf the zone of a node, if it has one. */
  constructor(private readonly zoneOf: (node: string) => string | undefined) {}

  /** Whether the node is gone from the network: nobody there answers or asks. */
  isDown(node: string): boolean {
    return this.down.has(node);
  }

  setDown(node: string, isDown: boolean): void {
    if (isDown === this.down.has(node)) return;
    if (isDown) this.down.add(node);
    else this.down.delete(node);
    this.tell();
  }

  /** Cuts the two sides off from each other, in both directions; returns what `heal` takes. */
  partition(a: NodeSet, b: NodeSet): number {
    return this.add({ from: a, to: b, delayMs: Infinity });
  }

  /** Makes packets between the two sides take longer, `delayMs` for a round trip. */
  delay(a: NodeSet, b: NodeSet, delayMs: number): number {
    return this.add({ from: a, to: b, delayMs });
  }

  heal(id: number): void {
    if (this.links.delete(id)) this.tell();
  }

  /** Milliseconds that a round trip takes longer; Infinity if nothing passes. */
  roundTripMs(from: string, to: string): number {
    if (this.down.has(from) || this.down.has(to)) return Infinity;
    if (this.links.size === 0 || from === to) return 0;
    let total = 0;
    for (const link of this.links.values()) {
      const between =
        (this.isIn(link.from, from) && this.isIn(link.to, to)) ||
        (this.isIn(link.from, to) && this.isIn(link.to, from));
      if (between) total += link.delayMs;
    }
    return total;
  }

  /** The same text for nodes to which all faults look the same. */
  groupOf(node: string): string {
    if (this.links.size === 0) return this.down.has(node) ? 'down' : '';
    let group = this.down.has(node) ? 'down' : node === OUTSIDE ? '' : `node:${node}`;
    for (const [id, link] of this.links) {
      if (this.isIn(link.from, node)) group += `|${id}a`;
      if (this.isIn(link.to, node)) group += `|${id}b`;
    }
    return group;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  private add(fault: LinkFault): number {
    const id = this.nextId++;
    this.links.set(id, fault);
    this.tell();
    return id;
  }

  private isIn(set: NodeSet, node: string): boolean {
    if (set.nodes?.includes(node) === true) return true;
    if (set.zones === undefined) return false;
    const zone = this.zoneOf(node);
    return zone !== undefined && set.zones.includes(zone);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
