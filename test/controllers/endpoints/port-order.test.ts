import {
  inEndpointsOrder,
  inSliceOrder,
} from '../../../lib/orchestrator/controllers/endpoints/port-order';

const port = (name: string, protocol: string, number: number) => ({
  name,
  protocol,
  port: number,
});

describe('The ports of an EndpointSlice', () => {
  it('come in the order of their hashes, as a real control plane was recorded to sort them', () => {
    const [web, dns] = [port('w', 'TCP', 8080), port('dns', 'UDP', 53)];
    expect(inSliceOrder([web, dns])).toEqual([dns, web]);
    expect(inSliceOrder([dns, web])).toEqual([dns, web]);
  });
});

describe('The ports of Endpoints', () => {
  const ordered = (...ports: ReturnType<typeof port>[]): string =>
    inEndpointsOrder(ports)
      .map(({ name }) => name)
      .join(' ');

  it('come in the order of other hashes, as a real control plane answered', () => {
    const [http, admin] = [port('http', 'TCP', 8080), port('admin', 'TCP', 9001)];
    expect(ordered(http, admin, port('dns', 'UDP', 53))).toBe('http admin dns');
    const five = ['a', 'b', 'c', 'd', 'e'].map((name, i) => port(name, 'TCP', i + 1));
    expect(ordered(...five)).toBe('c d b a e');
    const grpc = { ...port('grpc', 'TCP', 50051), appProtocol: 'kubernetes.io/h2c' };
    const six = [port('http', 'TCP', 80), port('https', 'TCP', 443), port('metrics', 'TCP', 9090)];
    expect(ordered(...six, grpc, port('dns', 'UDP', 53), port('dns-tcp', 'TCP', 53))).toBe(
      'http https metrics dns-tcp dns grpc',
    );
  });
});
