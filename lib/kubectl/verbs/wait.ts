/** `kubectl wait`: lets virtual time pass until a condition, a value, or an absence. */
import type { KubeObject } from '../../orchestrator/api/object';
import { ApiStatusError } from '../../orchestrator/api/status-error';
import { resourceNameOf } from '../../orchestrator/apiserver/resource-registry';
import { objectsOf, referencesOf, type Reference } from '../input/targets';
import { timeoutMs } from '../input/timeout';
import { nameOf, type Invocation } from '../invocation';
import { usageError } from '../kubectl-error';
import { valuesAt, valueText } from '../output/json-path';

type Goal = (object: KubeObject | undefined) => boolean;

export function wait(invocation: Invocation): void {
  const { flags } = invocation;
  const what = flags.text('for');
  if (what === undefined) throw usageError('unrecognized condition: []');
  const goal = goalOf(what);
  const limit = timeoutMs(invocation, '30s');
  const end = invocation.cluster.now + limit;
  const references = referencesOf(invocation, invocation.words);
  const isCreate = what === 'create';
  for (const reference of references) {
    const found = isCreate ? [reference] : named(invocation, reference, what === 'delete');
    if (found.length === 0 && what !== 'delete') throw usageError('no matching resources found');
    for (const one of found) awaitOne(invocation, one, goal, end);
  }
}

function goalOf(text: string): Goal {
  if (text === 'delete') return (object) => object === undefined;
  if (text === 'create') return (object) => object !== undefined;
  const [how = '', ...rest] = text.split('=');
  if (how === 'condition') return conditionGoal(rest[0] ?? '', rest[1] ?? 'True');
  if (how === 'jsonpath') return valueGoal(rest.join('='));
  throw usageError(`unrecognized condition: "${text}"`);
}

interface WithConditions {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function conditionGoal(type: string, status: string): Goal {
  return (object) =>
    (object as WithConditions | undefined)?.status?.conditions?.some(
      (condition) => same(condition.type, type) && same(condition.status, status),
    ) === true;
}

/** `{.status.phase}=Running`, or a path alone: any value will do. */
function valueGoal(text: string): Goal {
  const match = /^(.*?\}|[^=]*)(?:=(.*))?$/s.exec(text)!;
  const [, path = '', wanted] = match;
  return (object) => {
    if (object === undefined) return false;
    const values = valuesAt(path, object).map(valueText);
    return wanted === undefined ? values.length > 0 : values.includes(wanted);
  };
}

/** The objects by name; one that is missing is an error, unless its absence is waited for. */
function named(invocation: Invocation, reference: Reference, mayMiss: boolean): Reference[] {
  try {
    return objectsOf(invocation, reference).map(({ kind, object }) => ({
      kind,
      namespace: object.metadata.namespace,
      name: object.metadata.name,
    }));
  } catch (error) {
    if (mayMiss && error instanceof ApiStatusError && error.reason === 'NotFound') return [];
    throw error;
  }
}

function awaitOne(invocation: Invocation, reference: Reference, goal: Goal, end: number): void {
  const { api, cluster } = invocation;
  const { kind, namespace } = reference;
  const name = reference.name!;
  const resource = resourceNameOf(kind);
  const before = api.tryGet<KubeObject>(resource, namespace, name);
  const holds = (): boolean => goal(api.tryGet<KubeObject>(resource, namespace, name));
  if (!holds() && !invocation.waitUntil(holds, Math.max(0, end - cluster.now))) {
    invocation.printError(`error: timed out waiting for the condition on ${kind.plural}/${name}`);
    invocation.exitCode = 1;
    return;
  }
  const object = api.tryGet<KubeObject>(resource, namespace, name) ?? before;
  if (object !== undefined) invocation.print(`${nameOf(kind, object)} condition met`);
}
