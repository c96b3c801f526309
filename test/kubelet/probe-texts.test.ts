import type { Probe } from '../../lib/orchestrator/api/objects';
import { TestNode } from './node';

const images = {
  'app:1': { startupTime: 0, missingCommands: ['/nothing'], paths: { '/missing': 404 } },
  'slow:1': { startupTime: 0, latency: '5s' },
};
const IP = '10.244.0.2';

const CASES: readonly (readonly [string, string, Partial<Probe>, string])[] = [
  [
    'an HTTP status',
    'app:1',
    { httpGet: { path: '/missing', port: 8080 } },
    'Readiness probe failed: HTTP probe failed with statuscode: 404',
  ],
  [
    'an HTTP port that nobody listens on',
    'app:1',
    { httpGet: { path: '/ready', port: 8081 } },
    `Readiness probe failed: Get "http://${IP}:8081/ready": dial tcp ${IP}:8081: connect: connection refused`,
  ],
  [
    'an HTTP answer that is too slow',
    'slow:1',
    { httpGet: { path: '/work', port: 8080 } },
    `Readiness probe failed: Get "http://${IP}:8080/work": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
  ],
  [
    'a TCP port that nobody listens on',
    'app:1',
    { tcpSocket: { port: 9 } },
    `Readiness probe failed: dial tcp ${IP}:9: connect: connection refused`,
  ],
  [
    'a command that exits with 3',
    'app:1',
    { exec: { command: ['/probe-server', 'exit', '3'] } },
    'Readiness probe failed: ',
  ],
  [
    'a command that is too slow',
    'app:1',
    { exec: { command: ['/probe-server', 'sleep', '5'] } },
    'Readiness probe failed: command timed out: "/probe-server sleep 5" timed out after 1s',
  ],
  [
    'a gRPC port that nobody listens on',
    'app:1',
    { grpc: { port: 9 } },
    `Readiness probe failed: timeout: failed to connect service "${IP}:9" within 1s: context deadline exceeded`,
  ],
];

describe('The Unhealthy event', () => {
  test.each(CASES)('tells of %s', (_what, image, handler, message) => {
    const node = new TestNode({ images });
    const ports = [{ containerPort: 8080, protocol: 'TCP' }];
    const readinessProbe = { periodSeconds: 2, ...handler } as Probe;
    node.pod('web', { image, ports, readinessProbe });
    node.advance(6000);
    const unhealthy = node.events('web').filter(({ event }) => event.reason === 'Unhealthy');
    expect(unhealthy.length).toBeGreaterThanOrEqual(2);
    for (const { event } of unhealthy) expect(event).toMatchObject({ type: 'Warning', message });
  });

  test('tells of a command that the image does not hold as an unknown state', () => {
    const node = new TestNode({ images });
    const readinessProbe = {
      exec: { command: ['/nothing'] },
      periodSeconds: 2,
    } as unknown as Probe;
    node.pod('web', { image: 'app:1', readinessProbe });
    node.advance(4000);
    const [first] = node.events('web').filter(({ event }) => event.reason === 'Unhealthy');
    expect(first!.event.message).toMatch(
      /^Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "\/nothing": stat \/nothing: no such file or directory$/,
    );
  });

  test('comes again at once after a probe that took its whole period', () => {
    const node = new TestNode({ images });
    const readinessProbe = {
      httpGet: { path: '/work', port: 8080 },
      periodSeconds: 1,
    } as unknown as Probe;
    node.pod('web', { image: 'slow:1', readinessProbe });
    node.advance(10_000);
    const times = node.eventTimes('web', 'Unhealthy');
    expect(times.length).toBeGreaterThanOrEqual(7);
  });
});
