/** `kubectl describe`: an object, what belongs to it and its events, for people. */
import type { KubeObject } from '../../orchestrator/api/object';
import { describeAny } from '../describe/describe-any';
import { describeDeployment } from '../describe/describe-deployment';
import { describePod } from '../describe/describe-pod';
import { targetsOf } from '../input/targets';
import type { Invocation } from '../invocation';
import { usageError } from '../kubectl-error';
import { alignTabs } from '../output/tabbed';

type Describer = (invocation: Invocation, object: KubeObject) => string[];

const describers: ReadonlyMap<string, Describer> = new Map([
  ['Deployment', describeDeployment],
  ['Pod', describePod],
]);

export function describe(invocation: Invocation): void {
  if (invocation.words.length === 0 && !invocation.flags.has('filename')) {
    throw usageError(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a ' +
        'complete list of supported resources.',
    );
  }
  const targets = targetsOf(invocation, invocation.words);
  if (targets.length === 0 && invocation.exitCode === 0) {
    invocation.printError(`No resources found in ${invocation.namespace} namespace.`);
  }
  targets.forEach(({ kind, object }, i) => {
    const describer = describers.get(kind.kind) ?? describeAny;
    if (i > 0) invocation.write('\n\n');
    for (const line of alignTabs(describer(invocation, object))) invocation.print(line);
  });
}
