import type { Container } from '../../lib/orchestrator/api/objects';
import { Behaviours } from '../../lib/orchestrator/workload';

const container = (image: string, rest: Partial<Container> = {}): Container =>
  ({ name: 'app', image, imagePullPolicy: 'IfNotPresent', ...rest }) as Container;

describe('The behaviour of an image', () => {
  const behaviours = new Behaviours({
    'shop/cart': { startupTime: '3s' },
    'shop/*': { startupTime: '4s' },
    'shop/admin-*': { startupTime: '5s' },
    '*/special:v2': { startupTime: '6s' },
  });
  const startup = (image: string): number =>
    behaviours.program(container(image), 'app', false).startupMs;

  test('is the one of its exact name, with or without tag, before any pattern', () => {
    expect(startup('shop/cart:v7')).toBe(3000);
    expect(startup('shop/cart')).toBe(3000);
  });

  test('is the one of the longest pattern that fits', () => {
    expect(startup('shop/basket:v1')).toBe(4000);
    expect(startup('shop/admin-ui:v1')).toBe(5000);
    expect(startup('registry.io/special:v2')).toBe(6000);
  });

  test('can be said anew for containers that start later', () => {
    const changing = new Behaviours({ 'web:1': { startupTime: '1s' } });
    changing.set('web:1', { startupTime: '2s', readiness: 'never' });
    expect(changing.program(container('web:1'), 'app', false)).toMatchObject({
      startupMs: 2000,
      readiness: { fromMs: Infinity },
    });
  });

  test('reads CPU time finer than milliseconds', () => {
    const cpu = (cpuPerRequest: string | number): number =>
      new Behaviours({ web: { cpuPerRequest } }).program(container('web:1'), 'app', false)
        .cpuMsPerRequest;
    expect([cpu('200us'), cpu('0.5ms'), cpu('1s'), cpu(0.1)]).toEqual([0.2, 0.5, 1000, 0.1]);
  });

  test('is that of a web application that listens after 1 s if nothing is said', () => {
    const model = behaviours.program(container('acme/web:1'), 'app', false);
    expect(model).toMatchObject({ startupMs: 1000, listens: true, onSigterm: 'serve-on' });
    expect(model.exitAfterMs).toBe(Infinity);
  });

  test('is that of the database whose name it bears', () => {
    const model = behaviours.program(container('docker.io/library/postgres:16'), 'app', false);
    expect(model.ports).toEqual([5432]);
  });

  test('ends by itself in a Job and as an init container', () => {
    expect(behaviours.program(container('acme/report:1'), 'app', true).exitAfterMs).toBe(2000);
    expect(behaviours.program(container('acme/migrate:1'), 'init', false).exitAfterMs).toBe(500);
    expect(behaviours.program(container('acme/proxy:1'), 'sidecar', true).exitAfterMs).toBe(
      Infinity,
    );
  });

  test('follows a sleep command, which ignores SIGTERM as the first process does', () => {
    const asleep = (...command: string[]): number =>
      behaviours.program(container('busybox', { command }), 'app', false).exitAfterMs;
    expect(asleep('sleep', '30')).toBe(30_000);
    expect(asleep('sh', '-c', 'sleep 5')).toBe(5000);
    expect(asleep('sleep', 'infinity')).toBe(Infinity);
    const model = behaviours.program(
      container('busybox', { command: ['sleep', '9'] }),
      'app',
      true,
    );
    expect(model).toMatchObject({ onSigterm: 'ignore', exitAfterMs: 9000, listens: false });
  });
});
