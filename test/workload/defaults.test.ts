import type { Probe } from '../../lib/orchestrator/api/objects';
import { conditionOf } from '../../lib/orchestrator/api/objects';
import { TestNode } from '../kubelet/node';

const ready = (node: TestNode, pod: string): string => conditionOf(node.get(pod)!, 'Ready')!.status;
const probe = (handler: Partial<Probe>): Probe => ({ periodSeconds: 1, ...handler }) as Probe;

describe('A manifest of which nothing is known', () => {
  test('gives a web application that answers probes on its declared ports', () => {
    const node = new TestNode();
    node.pod('web', {
      image: 'acme/web:1',
      ports: [{ name: 'http', containerPort: 3000, protocol: 'TCP' }],
      readinessProbe: probe({ httpGet: { path: '/healthz', port: 'http' } }),
      livenessProbe: probe({ tcpSocket: { port: 3000 } }),
    });
    expect(ready(node.advance(900), 'web')).toBe('False');
    expect(ready(node.advance(2600), 'web')).toBe('True');
  });

  test('never becomes Ready by a probe of a port that it does not listen on', () => {
    const node = new TestNode();
    node.pod('web', {
      image: 'acme/web:1',
      ports: [{ containerPort: 3000, protocol: 'TCP' }],
      readinessProbe: probe({ httpGet: { path: '/', port: 8080 } }),
    });
    expect(ready(node.advance(30_000), 'web')).toBe('False');
    expect(node.events('web').at(-1)!.text).toContain('8080: connect: connection refused');
  });

  test('becomes Ready by a port that it does not declare if two probes agree on it', () => {
    const node = new TestNode();
    node.pod('web', {
      image: 'acme/web:1',
      ports: [{ containerPort: 3000, protocol: 'TCP' }],
      readinessProbe: probe({ httpGet: { path: '/ready', port: 8081 } }),
      livenessProbe: probe({ httpGet: { path: '/healthz', port: 8081 } }),
    });
    expect(ready(node.advance(30_000), 'web')).toBe('True');
    expect(node.get('web')!.status.containerStatuses![0]!.restartCount).toBe(0);
  });

  test('gives a database that answers exec and TCP probes once it has started', () => {
    const node = new TestNode();
    node.pod('db', {
      image: 'postgres:16',
      readinessProbe: probe({ exec: { command: ['pg_isready', '-U', 'postgres'] } }),
      livenessProbe: probe({ tcpSocket: { port: 5432 }, initialDelaySeconds: 5 }),
    });
    expect(ready(node.advance(2000), 'db')).toBe('False');
    expect(ready(node.advance(3000), 'db')).toBe('True');
    node.advance(60_000);
    expect(node.get('db')!.status.containerStatuses![0]!.restartCount).toBe(0);
  });

  test('runs the same twice under one seed, and otherwise under another', () => {
    const lines = (seed: number): string[] => {
      const node = new TestNode({ seed, images: { 'crash:1': { exitAfter: '1s', exitCode: 1 } } });
      node.pod('crash', { image: 'crash:1' });
      return node.advance(200_000).timeline('crash');
    };
    expect(lines(5)).toEqual(lines(5));
    expect(lines(6)).not.toEqual(lines(5));
  });
});
