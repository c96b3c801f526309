/** A binary heap of items that can also be taken out of the middle. */

export interface HeapItem {
  /** The item's place in its heap, -1 if it is in none. */
  place: number;
}

export class Heap<T extends HeapItem> {
  private readonly items: T[] = [];

  /** @param before a total order */
  constructor(private readonly before: (a: T, b: T) => boolean) {}

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    this.items.push(item);
    this.rise(item, this.items.length - 1);
  }

  pop(): T | undefined {
    const first = this.items[0];
    if (first !== undefined) this.remove(first);
    return first;
  }

  remove(item: T): void {
    const { place } = item;
    item.place = -1;
    const last = this.items.pop()!;
    if (last === item) return;
    const parent = this.items[(place - 1) >> 1];
    if (place > 0 && this.before(last, parent!)) this.rise(last, place);
    else this.sink(last, place);
  }

  private rise(item: T, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.items[above]!;
      if (!this.before(item, parent)) break;
      this.put(parent, place);
      place = above;
    }
    this.put(item, place);
  }

  private sink(item: T, from: number): void {
    const size = this.items.length;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && this.before(this.items[child + 1]!, this.items[child]!)) child++;
      if (!this.before(this.items[child]!, item)) break;
      this.put(this.items[child]!, place);
      place = child;
    }
    this.put(item, place);
  }

  private put(item: T, place: number): void {
    this.items[place] = item;
    item.place = place;
  }
}
