import { App, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-27';
import {
  Autoscaler,
  DisruptionBudget,
  MicroserviceStack,
  QuotaNamespace,
  RefusedError,
  StatefulDatabase,
  ThreeTierApp,
} from '../../lib';
import type { MicroserviceStackProps, StatefulDatabaseProps } from '../../lib';
import { chart, written } from './synthesis';

function refusal(make: () => unknown): RefusedError {
  try {
    make();
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function ofStack(props: Partial<MicroserviceStackProps>, id = 'web'): string[] {
  const make = () => new MicroserviceStack(chart(), id, { image: 'web:1.0.0', ...props });
  return refusal(make).message.split('\n');
}

function ofDatabase(props: StatefulDatabaseProps, id = 'db'): string[] {
  return refusal(() => new StatefulDatabase(chart(), id, props)).message.split('\n');
}

describe('a MicroserviceStack refuses', () => {
  it.each([
    ['shop/web', "allowed is an image with a tag or a digest, such as 'shop/web:1.4.2'"],
    ['localhost:5000/web', 'allowed is an image with a tag or a digest, such as'],
    ['nginx:latest', "allowed is a tag other than 'latest'"],
    ['Shop/Web:1', 'allowed is a lower-case repository'],
    ['web:a b', 'allowed is a tag of letters'],
    ['web@sha256:123', 'allowed is a digest'],
    ['', 'allowed is a lower-case repository'],
  ])('image %p', (image, allowed) => {
    const [line] = ofStack({ image });
    expect(line).toContain(`[test/web] image: found '${image}', `);
    expect(line).toContain(allowed);
  });

  it.each([
    'web:1',
    'ghcr.io/shop/web:1.2.3-rc.1',
    'localhost:5000/web:1',
    `web@sha256:${'0'.repeat(64)}`,
  ])('no image such as %p', (image) => {
    expect(() => new MicroserviceStack(chart(), 'web', { image })).not.toThrow();
  });

  it.each<[string, Partial<MicroserviceStackProps>, string]>([
    [
      'a request above its limit',
      { memoryRequest: '1Gi' },
      "[test/web] memoryRequest: found '1Gi', allowed is at most the limit, '512Mi'; " +
        'lower the request or raise the limit',
    ],
    [
      'what is no quantity',
      { cpuRequest: '500mi' },
      "[test/web] cpuRequest: found '500mi', allowed is a quantity such as '500m' (half a CPU) " +
        "or '512Mi' (memory)",
    ],
    [
      'a minimum above the maximum',
      { minReplicas: 11 },
      '[test/web] minReplicas: found 11, allowed is at most maxReplicas, 10; ' +
        'lower the one or raise the other',
    ],
    [
      'replicas above the maximum',
      { replicas: 12 },
      '[test/web] minReplicas: found 12, allowed is at most maxReplicas, 10; ' +
        'lower the one or raise the other',
    ],
    [
      'an update that could never make a step',
      { maxSurge: 0, maxUnavailable: '0%' },
      '[test/web] maxSurge and maxUnavailable: found [0,"0%"], allowed is at most one of them at 0: ' +
        'an update could neither add a pod nor remove one',
    ],
    [
      'a budget that never lets a pod go',
      { budgetMaxUnavailable: 0 },
      '[test/web] budgetMaxUnavailable: found 0, allowed is at least 1: ' +
        'this budget would never let a pod be evicted, nor a node be drained',
    ],
    [
      'a budget that wants all pods',
      { budgetMinAvailable: 3 },
      '[test/web] budgetMinAvailable: found 3, allowed is fewer than the 3 replicas: ' +
        'this budget would never let a pod be evicted, nor a node be drained',
    ],
    [
      'a label that the API server refuses',
      { labels: { team: 'a team' } },
      "[test/web] labels['team']: found 'a team', allowed are at most 63 letters, digits, '-', '_' " +
        "and '.', starting and ending with a letter or digit",
    ],
    [
      'a label that selects pods',
      { labels: { 'app.kubernetes.io/name': 'other' } },
      "[test/web] labels: found 'app.kubernetes.io/name', allowed are labels that do not select the " +
        'pods',
    ],
    [
      'a probe on a port on which nothing listens',
      { probePort: 9090 },
      '[test/web] probePort: found 9090, allowed is a port on which the container listens, 8080; ' +
        "name others in 'extraPorts'",
    ],
    [
      'a further port without a name of its own',
      { extraPorts: { http: 8080 } },
      "[test/web] extraPorts: found 'http', allowed are at most 15 lower-case letters, digits and " +
        "'-', other than 'http'\n" +
        '[test/web] extraPorts: found [8080], allowed is each port once',
    ],
    [
      'a weight that is none',
      { hostAntiAffinityWeight: 101 },
      '[test/web] hostAntiAffinityWeight: found 101, allowed is a whole number from 1 to 100',
    ],
    [
      'a seccomp profile that is none',
      { seccompProfile: 'Strict' },
      "[test/web] seccompProfile: found 'Strict', allowed is one of RuntimeDefault, Unconfined",
    ],
    [
      'a component that is no label',
      { component: 'the api', podAnnotations: { 'a b': 'c' } },
      "[test/web] component: found 'the api', allowed are at most 63 letters, digits, '-', '_' and " +
        "'.', starting and ending with a letter or digit\n" +
        "[test/web] podAnnotations: found 'a b', allowed is a name of at most 63 letters, digits, " +
        "'-', '_' and '.', optionally after a DNS prefix and '/', such as 'example.com/team'",
    ],
    [
      'a password in plain text',
      { env: { DB_PASSWORD: 'hunter2' } },
      "[test/web] env: found 'DB_PASSWORD', allowed is no password or token in plain text; take it " +
        "from a Secret with 'secretEnv', or ask for it by name with 'unsafePlainTextEnv'",
    ],
    [
      'a password in a URL',
      { config: { DATABASE_URL: 'postgresql://app:hunter2@db/app' } },
      "[test/web] config: found 'DATABASE_URL', allowed is no password or token in plain text; take " +
        "it from a Secret with 'secretEnv', or ask for it by name with 'unsafePlainTextEnv'",
    ],
    [
      'a drain as long as the whole grace period',
      { drain: '30s' },
      "[test/web] drain: found '30s', allowed is less than the terminationGracePeriod, '30s'",
    ],
    [
      'what is no span of time',
      { drain: '5 seconds' },
      "[test/web] drain: found '5 seconds', allowed is a span of whole seconds such as '30s', '5m' " +
        "or '1h30m'",
    ],
    [
      'a port that is none',
      { port: 70000 },
      '[test/web] port: found 70000, allowed is a port from 1 to 65535',
    ],
    [
      'root',
      { user: 0 },
      "[test/web] user: found 0, allowed is the number of a user other than root, 0, unless 'runAsNonRoot' is false",
    ],
    [
      'one variable twice',
      { env: { A: '1' }, secretEnv: { A: { secretName: 's', key: 'k' } } },
      "[test/web] env: found 'A', allowed is each variable once, whatever it comes from",
    ],
    [
      'an autoscaler without a metric',
      { cpuTarget: 0, memoryTarget: 0 },
      '[test/web] cpuTarget and memoryTarget: found [0,0], allowed is at least one above 0: ' +
        'without a metric nothing would ever be scaled',
    ],
  ])('%s', (_what, props, message) => {
    expect(ofStack(props).join('\n')).toBe(message);
  });

  it.each(['Web', 'my_web', '1web', 'a'.repeat(64), 'web.'])('the name %p', (id) => {
    const [line] = ofStack({ name: id });
    expect(line).toMatch(
      /^\[test\/web\] name: found '.*', allowed are at most 63 lower-case letters/,
    );
  });

  it('everything at once, and says so in one error', () => {
    const error = refusal(
      () => new MicroserviceStack(chart(), 'web', { image: 'web', port: 0, drain: 'soon' }),
    );
    expect(error.constructPath).toBe('test/web');
    expect(error.problems.map(({ prop }) => prop)).toEqual(['image', 'port', 'drain']);
  });

  it('an image without a tag in a container that was added later', () => {
    const scope = chart();
    const stack = new MicroserviceStack(scope, 'web', { image: 'web:1' });
    stack.deployment.addContainer({ name: 'sidecar', image: 'proxy', ports: [{ number: 1 }] });
    expect(() => written(scope)).toThrow(
      "[test/web/Deployment] container 'sidecar': found 'proxy', " +
        "allowed is an image with a tag or a digest, such as 'proxy:1.4.2'",
    );
  });

  it('nothing of a plain-text password that is asked for by name', () => {
    const make = () =>
      new MicroserviceStack(chart(), 'web', {
        image: 'web:1',
        env: { DATABASE_URL: 'postgresql://app:$(DB_PASSWORD)@db/app' },
        unsafePlainTextEnv: { DB_PASSWORD: 'hunter2' },
      });
    expect(make).not.toThrow();
  });
});

describe('a StatefulDatabase refuses', () => {
  it.each(['0', '0Gi', '-1Gi', 'much'])('a volume of %p', (storage) => {
    const [line] = ofDatabase({ storage });
    expect(line).toContain(`[test/db] storage: found '${storage}', allowed is `);
  });

  it('a password in its environment', () => {
    expect(ofDatabase({ env: { POSTGRES_PASSWORD: 'hunter2' } })).toEqual([
      "[test/db] env: found 'POSTGRES_PASSWORD', allowed is no password or token in plain text; " +
        "name its Secret with 'passwordSecret', or ask for it by name with 'unsafePlainTextPassword'",
    ]);
  });

  it('a name that leaves no room for the names of its pods', () => {
    expect(ofDatabase({}, 'd'.repeat(53))[0]).toContain('at most 52 lower-case letters');
  });

  it('what it cannot be', () => {
    expect(
      ofDatabase({ image: 'postgres', accessMode: 'Everybody', budgetMinAvailable: 1 }),
    ).toEqual([
      "[test/db] image: found 'postgres', allowed is an image with a tag or a digest, " +
        "such as 'postgres:1.4.2'",
      '[test/db] budgetMinAvailable: found 1, allowed is fewer than the 1 replicas: ' +
        'this budget would never let a pod be evicted, nor a node be drained',
      "[test/db] accessMode: found 'Everybody', allowed is one of ReadWriteOnce, " +
        'ReadWriteOncePod, ReadWriteMany, ReadOnlyMany',
    ]);
  });
});

describe('other constructs refuse', () => {
  it('what their tiers refuse, with the path of the tier', () => {
    const make = () =>
      new ThreeTierApp(chart(), 'shop', { apiImage: 'api', frontendImage: 'frontend:1' });
    expect(refusal(make).message).toContain("[test/shop/Api] image: found 'api'");
  });

  it('a namespace with a name or a quota that is none', () => {
    const make = () => new QuotaNamespace(chart(), 'My_Space', { memoryLimits: 'lots' });
    expect(refusal(make).problems.map(({ prop }) => prop)).toEqual(['name', 'limits.memory']);
  });

  it('a budget or an autoscaler that contradicts itself, also alone', () => {
    const scope = chart();
    const target = new Deployment(scope, 'web', { containers: [{ image: 'web:1' }] });
    const budget = () =>
      new DisruptionBudget(scope, 'budget', { target, maxUnavailable: 1, minAvailable: 1 });
    expect(refusal(budget).message).toContain('maxUnavailable and minAvailable');
    const autoscaler = () =>
      new Autoscaler(scope, 'autoscaler', { target, name: 'web', minReplicas: 5, maxReplicas: 4 });
    expect(refusal(autoscaler).message).toContain('minReplicas');
  });

  it('two objects of one name, when the app is synthesised', () => {
    const app = new App();
    new MicroserviceStack(new Chart(app, 'one'), 'web', { image: 'web:1' });
    const two = new Chart(app, 'two');
    new MicroserviceStack(two, 'web', { image: 'web:1' });
    expect(() => written(two)).toThrow(
      "two/web/Deployment/Resource makes Deployment/web in namespace 'default', " +
        'which one/web/Deployment/Resource makes too; give one of them another name',
    );
  });
});
