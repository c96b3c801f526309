import type { IResolver, ResolutionContext } from 'cdk8s';
import { App, Chart } from 'cdk8s';
import { addApps } from '../../apps/apps';
import { MicroserviceStack, StatefulDatabase } from '../../lib';

function text(): string {
  const app = new App();
  addApps(app);
  return app.synthYaml();
}

describe('synthesis', () => {
  it('twice of one app is the same to the byte', () => {
    const app = new App();
    addApps(app);
    expect(app.synthYaml()).toBe(app.synthYaml());
  });

  it('of two apps in one process is the same to the byte, and they do not meet', () => {
    const alone = text();
    const one = new App();
    const two = new App();
    addApps(one);
    addApps(two);
    expect(two.synthYaml()).toBe(alone);
    expect(one.synthYaml()).toBe(alone);
  });

  it('does not depend on the order of the keys of its props', () => {
    const write = (env: { [name: string]: string }, labels: { [key: string]: string }) => {
      const chart = new Chart(new App(), 'test');
      new MicroserviceStack(chart, 'web', { image: 'web:1', config: env, labels });
      return JSON.stringify(chart.toJson());
    };
    expect(write({ A: '1', B: '2' }, { a: '1', b: '2' })).toBe(
      write({ B: '2', A: '1' }, { b: '2', a: '1' }),
    );
  });

  it('lets the resolvers of an app see every value once, also those we add', () => {
    class Registry implements IResolver {
      resolve(context: ResolutionContext): void {
        const { key, value } = context;
        if (key.at(-1) === 'image' && typeof value === 'string' && !value.startsWith('mirror/')) {
          context.replaceValue(`mirror/${value}`);
        }
        if (key.at(-1) === 'storage' && value === '10Gi') context.replaceValue('11Gi');
      }
    }
    const chart = new Chart(new App({ resolvers: [new Registry()] }), 'test');
    new StatefulDatabase(chart, 'db');
    const written = JSON.stringify(chart.toJson());
    expect(written).toContain('"image":"mirror/postgres:16"');
    expect(written).toContain('"storage":"11Gi"');
    expect(written).toContain('"maxUnavailable":1');
  });
});
