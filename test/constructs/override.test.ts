import { MicroserviceStack, RefusedError, StatefulDatabase } from '../../lib';
import { at, chart, one } from './synthesis';

const CONTAINER = 'spec.template.spec.containers.0';

function stack() {
  const scope = chart();
  return {
    scope,
    made: new MicroserviceStack(scope, 'web', { image: 'web:1.0.0', env: { A: '1' } }),
  };
}

describe('an override', () => {
  it('sets fields that Kubernetes 1.27 did not know', () => {
    const { scope, made } = stack();
    made
      .override('Service', { spec: { trafficDistribution: 'PreferSameZone' } })
      .override('Deployment', {
        spec: {
          template: {
            spec: {
              hostUsers: false,
              initContainers: [{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }],
            },
          },
        },
      });
    expect(one(scope, 'Service').spec).toMatchObject({ trafficDistribution: 'PreferSameZone' });
    expect(at(one(scope, 'Deployment'), 'spec.template.spec')).toMatchObject({
      hostUsers: false,
      initContainers: [{ name: 'proxy', restartPolicy: 'Always' }],
    });
  });

  it("is in the API's own spelling, numbers and quantities included", () => {
    const { scope, made } = stack();
    made
      .override('Service', { spec: { clusterIP: '10.0.0.7' } })
      .override('Deployment', { spec: { strategy: { rollingUpdate: { maxSurge: '40%' } } } })
      .override('PodDisruptionBudget', { spec: { maxUnavailable: '20%' } });
    expect(one(scope, 'Service').spec).toMatchObject({ clusterIP: '10.0.0.7' });
    expect(at(one(scope, 'Deployment'), 'spec.strategy.rollingUpdate')).toEqual({
      maxSurge: '40%',
      maxUnavailable: 0,
    });
    expect(one(scope, 'PodDisruptionBudget').spec).toMatchObject({ maxUnavailable: '20%' });
  });

  it('merges lists of named things by their name, and adds what is new', () => {
    const { scope, made } = stack();
    made.override('Deployment', {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'web',
                stdin: true,
                env: [
                  { name: 'B', value: '2' },
                  { name: 'A', value: '9' },
                ],
              },
            ],
          },
        },
      },
    });
    const container = at(one(scope, 'Deployment'), CONTAINER);
    expect(container).toMatchObject({
      image: 'web:1.0.0',
      stdin: true,
      env: [
        { name: 'A', value: '9' },
        { name: 'B', value: '2' },
      ],
    });
    expect(at(one(scope, 'Deployment'), 'spec.template.spec.containers')).toHaveLength(1);
  });

  it('replaces other lists, and removes what is null', () => {
    const { scope, made } = stack();
    made.override('Deployment', {
      spec: {
        template: {
          spec: {
            tolerations: [{ operator: 'Exists' }],
            affinity: null,
            containers: [{ name: 'web', lifecycle: null }],
          },
        },
      },
    });
    const pod = at(one(scope, 'Deployment'), 'spec.template.spec') as object;
    expect(pod).toMatchObject({ tolerations: [{ operator: 'Exists' }] });
    expect(pod).not.toHaveProperty('affinity');
    expect(at(pod, 'containers.0')).not.toHaveProperty('lifecycle');
  });

  it('sets, adds and removes at one place', () => {
    const { scope, made } = stack();
    made
      .overrideAt('Deployment', '/spec/template/spec/containers/name=web/image', 'web:2')
      .overrideAt('Deployment', '/spec/template/spec/containers/0/env/-', { name: 'C', value: '3' })
      .overrideAt('Deployment', '/metadata/annotations/example.com~1owner', 'me')
      .removeAt('Deployment', '/spec/template/spec/topologySpreadConstraints/0');
    const deployment = one(scope, 'Deployment');
    expect(at(deployment, `${CONTAINER}.image`)).toBe('web:2');
    expect(at(deployment, `${CONTAINER}.env.1`)).toEqual({ name: 'C', value: '3' });
    expect(deployment.metadata).toMatchObject({ annotations: { 'example.com/owner': 'me' } });
    expect(at(deployment, 'spec.template.spec.topologySpreadConstraints')).toEqual([]);
  });

  it('reaches the templates of a database', () => {
    const scope = chart();
    const database = new StatefulDatabase(scope, 'db');
    const size = '/spec/volumeClaimTemplates/0/spec/resources/requests/storage';
    database.overrideAt('StatefulSet', size, '20Gi');
    database.override('StatefulSet', { spec: { ordinals: { start: 1 } } });
    const { spec } = one(scope, 'StatefulSet');
    expect(at(spec, 'volumeClaimTemplates.0.spec.resources.requests.storage')).toBe('20Gi');
    expect(at(spec, 'ordinals.start')).toBe(1);
  });

  it('does not change what the caller passed', () => {
    const { scope, made } = stack();
    const fields = { spec: { template: { spec: { containers: [{ name: 'web', tty: true }] } } } };
    const before = JSON.stringify(fields);
    made.override('Deployment', fields);
    one(scope, 'Deployment');
    one(scope, 'Deployment');
    expect(JSON.stringify(fields)).toBe(before);
  });
});

describe('an override that matches nothing', () => {
  it('of an object that is not made, is refused with what is made', () => {
    const { made } = stack();
    expect(() => made.override('StatefulSet', {})).toThrow(
      "[test/web] override: found 'StatefulSet', this construct makes no such object; " +
        'it makes ServiceAccount/web, Deployment/web, Service/web, ' +
        'HorizontalPodAutoscaler/web, PodDisruptionBudget/web, NetworkPolicy/web',
    );
  });

  it.each<[string, (made: MicroserviceStack) => void, string]>([
    [
      'a field no such object has',
      (made) => made.override('Deployment', { specc: {} }),
      "no Deployment has a field 'specc'",
    ],
    [
      'a container of another name',
      (made) =>
        made.override('Deployment', {
          spec: { template: { spec: { containers: [{ name: 'wbe', tty: true }] } } },
        }),
      "no element of 'containers' has the name 'wbe'; there is 'web'",
    ],
    [
      'a container that is not there',
      (made) => made.overrideAt('Deployment', '/spec/template/spec/containers/name=wbe/tty', true),
      "no element 'name=wbe' among 1",
    ],
    [
      'an element beyond the end',
      (made) => made.overrideAt('Deployment', '/spec/template/spec/containers/3/tty', true),
      "no element '3' among 1",
    ],
    [
      'what is not there to be removed',
      (made) => made.removeAt('Deployment', '/spec/paused'),
      "'/spec/paused' is not there to be removed",
    ],
    [
      'what is not there to be removed by null',
      (made) => made.override('Deployment', { spec: { paused: null } }),
      "field 'paused' is not there to be removed",
    ],
    [
      'a place inside a word',
      (made) => made.overrideAt('Deployment', '/kind/of', 'x'),
      "there is no map or list at 'kind'",
    ],
    [
      'a pointer that is none',
      (made) => made.overrideAt('Deployment', 'spec.replicas', 3),
      'is no JSON Pointer',
    ],
  ])('such as %s, is refused when it is written', (_what, change, message) => {
    const { scope, made } = stack();
    change(made);
    expect(() => one(scope, 'Deployment')).toThrow(RefusedError);
    expect(() => one(scope, 'Deployment')).toThrow(message);
    expect(() => one(scope, 'Deployment')).toThrow('[test/web/Deployment/Resource] override: ');
  });
});
