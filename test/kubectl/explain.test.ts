import { onCluster, type OnCluster } from './on-cluster';

let on: OnCluster;
beforeAll(() => {
  on = onCluster();
});

describe('kubectl explain', () => {
  test('lists the fields of a resource', () => {
    expect(on.printed('explain deploy.spec.strategy')).toBe(
      'GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\n' +
        'FIELD: strategy <DeploymentStrategy>\n\n\n' +
        'DESCRIPTION:\n    <empty>\nFIELDS:\n' +
        '  rollingUpdate\t<RollingUpdateDeployment>\n    <no description>\n\n' +
        '  type\t<string>\n  enum: Recreate, RollingUpdate\n    <no description>\n\n\n',
    );
    expect(on.printed('explain pods')).toContain('\n  spec\t<PodSpec>\n');
  });

  test('tells the type of a field, and the values it may have', () => {
    expect(on.printed('explain pod.spec.containers.command')).toContain(
      'FIELD: command <[]string>\n',
    );
    expect(on.printed('explain cm.data')).toContain('FIELD: data <map[string]string>\n');
    expect(on.printed('explain pod.metadata.creationTimestamp')).toContain('<string>');
    expect(on.printed('explain pod.spec.restartPolicy')).toContain(
      'FIELD: restartPolicy <string>\nENUM:\n    Always\n    Never\n    OnFailure\n\n',
    );
  });

  test('goes down to the last field', () => {
    const text = on.printed('explain pod.spec.volumes --recursive');
    expect(text).toContain('  hostPath\t<HostPathVolumeSource>\n    path\t<string> -required-\n');
    expect(text).toContain('    enum: "", BlockDevice, CharDevice, Directory, ....\n');
  });

  test('knows other versions', () => {
    expect(on.printed('explain hpa.spec --api-version=autoscaling/v1')).toContain(
      '  targetCPUUtilizationPercentage\t<integer>\n',
    );
    expect(on.printed('explain hpa.spec')).toContain('  metrics\t<[]MetricSpec>\n');
  });

  test.each([
    ['pod.spec.nope', 'error: field "nope" does not exist'],
    ['nope', `the server doesn't have a resource type "nope"`],
    ['pod node', 'error: We accept only this format: explain RESOURCE'],
  ])('refuses %s', (words, why) => {
    const { stderr, exitCode } = on.kubectl(`explain ${words}`);
    expect({ stderr, exitCode }).toEqual({ stderr: `${why}\n`, exitCode: 1 });
  });
});
