import { inSliceOrder } from '../../../lib/orchestrator/controllers/endpoints/port-order';

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
