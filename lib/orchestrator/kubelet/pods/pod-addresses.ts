/**
 * Addresses of a node's pods, taken from its pod CIDR one after another and reused when the range
 * comes round. Stands for the host-local IPAM plugin of a bridge network.
 */
import { InvariantError } from '../../sim';

export class PodAddresses {
  private readonly first: number;
  private readonly last: number;
  private next: number;
  private readonly used = new Set<number>();

  /** @param cidr the node's spec.podCIDR, e.g. `10.244.3.0/24`; its .1 is the bridge's own. */
  constructor(cidr: string) {
    const [base = '', bits = '24'] = cidr.split('/');
    const network = toNumber(base);
    const size = 2 ** (32 - Number(bits));
    this.first = network + 2;
    this.last = network + size - 2;
    this.next = this.first;
  }

  allocate(): string {
    for (let tries = this.last - this.first + 1; tries > 0; tries--) {
      const candidate = this.next;
      this.next = candidate === this.last ? this.first : candidate + 1;
      if (this.used.has(candidate)) continue;
      this.used.add(candidate);
      return toText(candidate);
    }
    throw new InvariantError('a node has more pods than its pod CIDR has addresses');
  }

  release(address: string): void {
    this.used.delete(toNumber(address));
  }
}

/** The /24 of the node that is `index`th in the cluster, within 10.244.0.0/14. */
export function podCidrOf(index: number): string {
  return `10.${244 + Math.floor(index / 256)}.${index % 256}.0/24`;
}

function toNumber(address: string): number {
  let value = 0;
  for (const part of address.split('.')) value = value * 256 + Number(part);
  return value;
}

const toText = (value: number): string =>
  `${Math.floor(value / 16_777_216) % 256}.${Math.floor(value / 65_536) % 256}.` +
  `${Math.floor(value / 256) % 256}.${value % 256}`;
