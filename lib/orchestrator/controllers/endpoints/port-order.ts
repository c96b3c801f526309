/**
 * The order of ports in EndpointSlices and Endpoints. It is not the Service's: upstream sorts ports
 * by a hash of what they are (FNV-1a, 128 bits, over a dump of the Go structure, of which either has
 * its own), and clients get to see it.
 */
import type { EndpointPort } from '../../api/objects';

const OFFSET = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x1000000000000000000013bn;
const BITS = 128;

/** Hashes by dump: a cluster has few different ports. */
const hashes = new Map<string, bigint>();

export const inSliceOrder = (ports: EndpointPort[]): EndpointPort[] => sorted(ports, sliceDump);

export const inEndpointsOrder = (ports: EndpointPort[]): EndpointPort[] =>
  sorted(ports, endpointsDump);

function sorted(ports: EndpointPort[], dumpOf: (port: EndpointPort) => string): EndpointPort[] {
  if (ports.length < 2) return ports;
  const hashed = ports.map((port) => ({ port, hash: hashOf(dumpOf(port)) }));
  hashed.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0));
  return hashed.map(({ port }) => port);
}

const sliceDump = ({ name = '', protocol = 'TCP', port, appProtocol }: EndpointPort): string =>
  `(v1.EndpointPort){Name:(*string)${name} Protocol:(*v1.Protocol)${protocol} ` +
  `Port:(*int32)${port ?? '<nil>'} AppProtocol:(*string)${appProtocol ?? '<nil>'}}`;

const endpointsDump = ({ name = '', protocol = 'TCP', port, appProtocol }: EndpointPort): string =>
  `(v1.EndpointPort){Name:(string)${name} Port:(int32)${port ?? 0} ` +
  `Protocol:(v1.Protocol)${protocol} AppProtocol:(*string)${appProtocol ?? '<nil>'}}`;

/** Ports hold ASCII only, so that characters are bytes. */
function hashOf(dump: string): bigint {
  let hash = hashes.get(dump);
  if (hash === undefined) {
    hash = OFFSET;
    for (let i = 0; i < dump.length; i++) {
      hash = BigInt.asUintN(BITS, (hash ^ BigInt(dump.charCodeAt(i))) * PRIME);
    }
    hashes.set(dump, hash);
  }
  return hash;
}
