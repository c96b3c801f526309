/**
 * Cluster IPs and node ports, handed out as the API server's allocators do: a static band at the
 * bottom of the range for addresses that people choose, and a random start in the rest.
 */
import type { Random } from '../sim';

class RangeAllocator {
  private readonly used = new Set<number>();

  constructor(
    private readonly size: number,
    private readonly band: number,
    private readonly random: Random,
  ) {}

  isUsed(offset: number): boolean {
    return this.used.has(offset);
  }

  take(offset: number): void {
    this.used.add(offset);
  }

  release(offset: number): void {
    this.used.delete(offset);
  }

  /** The next free offset from a random start above the band, then in the band; -1 if full. */
  next(): number {
    const span = this.size - this.band;
    const start = this.random.int(0, span - 1);
    for (let i = 0; i < span; i++) {
      const offset = this.band + ((start + i) % span);
      if (!this.used.has(offset)) return offset;
    }
    for (let offset = 0; offset < this.band; offset++) if (!this.used.has(offset)) return offset;
    return -1;
  }
}

export const NODE_PORT_BASE = 30000;
export const NODE_PORT_SIZE = 2768;

export class Allocators {
  private readonly ips: RangeAllocator;
  private readonly ports: RangeAllocator;
  private readonly base: number;

  /** @param serviceCidr IPv4 range of cluster IPs, e.g. `10.96.0.0/12`. */
  constructor(
    readonly serviceCidr: string,
    random: Random,
  ) {
    const [address = '', bits = ''] = serviceCidr.split('/');
    this.base = ipToNumber(address);
    const size = 2 ** (32 - Number(bits));
    // The network and the broadcast address are not handed out.
    const usable = Math.min(size - 2, 65_534);
    const band = Math.min(Math.max(16, Math.floor(size / 16)), 256);
    this.ips = new RangeAllocator(usable, band, random.fork('cluster-ips'));
    const portBand = Math.min(Math.max(16, Math.floor(NODE_PORT_SIZE / 32)), 128);
    this.ports = new RangeAllocator(NODE_PORT_SIZE, portBand, random.fork('node-ports'));
  }

  nextClusterIp(): string | undefined {
    const offset = this.ips.next();
    return offset < 0 ? undefined : numberToIp(this.base + 1 + offset);
  }

  inRange(ip: string): boolean {
    const offset = ipToNumber(ip) - this.base;
    return offset > 0 && offset < 2 ** (32 - Number(this.serviceCidr.split('/')[1]));
  }

  isClusterIpUsed(ip: string): boolean {
    return this.ips.isUsed(ipToNumber(ip) - this.base - 1);
  }

  takeClusterIp(ip: string): void {
    this.ips.take(ipToNumber(ip) - this.base - 1);
  }

  releaseClusterIp(ip: string): void {
    this.ips.release(ipToNumber(ip) - this.base - 1);
  }

  nextNodePort(): number | undefined {
    const offset = this.ports.next();
    return offset < 0 ? undefined : NODE_PORT_BASE + offset;
  }

  isNodePortUsed(port: number): boolean {
    return this.ports.isUsed(port - NODE_PORT_BASE);
  }

  takeNodePort(port: number): void {
    this.ports.take(port - NODE_PORT_BASE);
  }

  releaseNodePort(port: number): void {
    this.ports.release(port - NODE_PORT_BASE);
  }
}

export function ipToNumber(ip: string): number {
  let value = 0;
  for (const part of ip.split('.')) value = value * 256 + Number(part);
  return value;
}

export function numberToIp(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
