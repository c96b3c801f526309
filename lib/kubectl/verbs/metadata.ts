/** `kubectl label` and `kubectl annotate`: `key=value` sets, `key-` removes. */
import { targetsOf, type Target } from '../input/targets';
import type { Invocation } from '../invocation';
import { usageError } from '../kubectl-error';
import { report } from '../output/report';

export const label = (invocation: Invocation): void => changeMetadata(invocation, 'labels');
export const annotate = (invocation: Invocation): void => changeMetadata(invocation, 'annotations');

const DONE = { labels: ['labeled', 'unlabeled'], annotations: ['annotated', 'annotated'] } as const;

type Field = keyof typeof DONE;

function changeMetadata(invocation: Invocation, field: Field): void {
  const { words } = invocation;
  const isChange = (word: string): boolean => word.includes('=') || word.endsWith('-');
  const changes = words.filter((word, i) => i > 0 && isChange(word));
  const targets = targetsOf(
    invocation,
    words.filter((word, i) => i === 0 || !isChange(word)),
  );
  if (changes.length === 0 && invocation.flags.isTrue('list')) {
    for (const target of targets) list(invocation, target.object.metadata[field] ?? {});
    return;
  }
  if (changes.length === 0)
    throw usageError(`at least one ${field.slice(0, -1)} update is required`);
  for (const target of targets) changeOne(invocation, field, target, changes);
}

function list(invocation: Invocation, values: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(values).sort()) invocation.print(`${key}=${values[key]}`);
}

function changeOne(
  invocation: Invocation,
  field: Field,
  target: Target,
  changes: readonly string[],
): void {
  const { object, resource, kind } = target;
  const { namespace, name } = object.metadata;
  const current = object.metadata[field] ?? {};
  const values: Record<string, string | null> = {};
  for (const change of changes) {
    const removes = change.endsWith('-') && !change.includes('=');
    const at = change.indexOf('=');
    const key = removes ? change.slice(0, -1) : change.slice(0, at);
    if (removes && current[key] === undefined && field === 'labels') {
      invocation.print(`label "${key}" not found.`);
    }
    requireOverwrite(
      invocation,
      field,
      key,
      current[key],
      removes ? undefined : change.slice(at + 1),
    );
    values[key] = removes ? null : change.slice(at + 1);
  }
  const [set, unset] = DONE[field];
  const done = Object.values(values).every((value) => value === null) ? unset : set;
  const changed = Object.entries(values).some(([key, value]) => (current[key] ?? null) !== value);
  if (changed && invocation.dryRun !== 'client') {
    const requester = invocation.requester(
      field === 'labels' ? 'kubectl-label' : 'kubectl-annotate',
    );
    const options = { dryRun: invocation.dryRun === 'server' };
    const patch = { metadata: { [field]: values } };
    invocation.api.patch(requester, resource, namespace, name, 'merge', patch, '', options);
  }
  const verb = !changed && field === 'labels' ? `not ${set}` : done;
  report(invocation, kind, object, verb);
}

function requireOverwrite(
  { flags }: Invocation,
  field: Field,
  key: string,
  old: string | undefined,
  value: string | undefined,
): void {
  if (flags.isTrue('overwrite') || old === undefined || value === undefined || old === value)
    return;
  if (field === 'annotations') {
    throw usageError(
      `--overwrite is false but found the following declared annotation(s): '${key}' already has ` +
        `a value (${old})`,
    );
  }
  throw usageError(`'${key}' already has a value (${old}), and --overwrite is false`);
}
