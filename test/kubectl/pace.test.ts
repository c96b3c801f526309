import { runKubectl } from '../../lib/kubectl/kubectl';
import type { WriteFact } from '../../lib/orchestrator/apiserver/requests';
import { onCluster } from './on-cluster';

const manifests = ['a', 'b', 'c']
  .map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`)
  .join('---\n');

/** When each ConfigMap was made, counted from the first. */
function instants(requestMs?: number): number[] {
  const { cluster } = onCluster();
  const pace = requestMs === undefined ? {} : { requestMs };
  runKubectl(cluster, 'apply -f -', { stdin: manifests, ...pace });
  const made = cluster.trace
    .of<WriteFact>('write')
    .filter(({ fact }) => fact.resource === 'configmaps' && fact.object.metadata.name.length === 1)
    .map(({ at }) => at);
  return made.map((at) => at - made[0]!);
}

describe('kubectl over a network', () => {
  test('makes one object after another, and the cluster goes on meanwhile', () => {
    expect(instants(10)).toEqual([0, 10, 20]);
  });

  test('otherwise takes no time at all', () => {
    expect(instants()).toEqual([0, 0, 0]);
  });

  test('shows what it complains of and what it prints in the order in which they came', () => {
    const { cluster, kubectl } = onCluster();
    const app = (image: string): string =>
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n' +
      '  selector: {matchLabels: {app: web}}\n' +
      `  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: "${image}"}]}}`;
    for (const image of ['web:v1', 'web:v2']) {
      kubectl('apply -f -', app(image));
      kubectl('rollout status deployment/web');
    }
    let output = '';
    const onOutput = (text: string): void => void (output += text);
    const { stdout, stderr } = runKubectl(cluster, 'rollout undo deployment/web', { onOutput });
    expect(stdout).toBe('deployment.apps/web rolled back\n');
    expect(output).toBe(`${stderr}${stdout}`);
    kubectl('rollout pause deployment/web');
    expect(kubectl('rollout undo deployment/web').stderr).toContain(
      "resume it first with 'kubectl rollout resume' and try again",
    );
  });
});
