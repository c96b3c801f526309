/** `kubectl taint nodes NAME key=value:Effect` and `key[:Effect]-`. */
import type { Node, Taint } from '../../orchestrator/api/objects';
import { targetsOf, type Target } from '../input/targets';
import { nameOf, type Invocation } from '../invocation';
import { helpError, usageError } from '../kubectl-error';

interface Removal {
  readonly key: string;
  readonly effect: string | undefined;
}

export function taint(invocation: Invocation): void {
  const { words } = invocation;
  const isChange = (word: string): boolean => word.includes(':') || word.endsWith('-');
  const changes = words.filter(isChange);
  if (changes.length === 0) throw usageError('at least one taint update is required');
  const removals = changes.filter((word) => word.endsWith('-')).map(removalOf);
  const additions = changes.filter((word) => !word.endsWith('-')).map(taintOf);
  const targets = targetsOf(
    invocation,
    words.filter((word) => !isChange(word)),
  );
  for (const target of targets) change(invocation, target, additions, removals);
}

function taintOf(text: string): Taint {
  const match = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(text);
  const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
  if (match === null || !effects.includes(match[3]!)) {
    const effect = text.split(':')[1] ?? '';
    throw helpError('taint', `invalid taint effect: ${effect}, unsupported taint effect`);
  }
  const [, key, value, effect] = match;
  return { key, ...(value ? { value } : {}), effect } as Taint;
}

function removalOf(text: string): Removal {
  const [key = '', effect] = text.slice(0, -1).split('=')[0]!.split(':');
  return { key, effect };
}

function change(
  invocation: Invocation,
  target: Target,
  additions: readonly Taint[],
  removals: readonly Removal[],
): void {
  const node = target.object as Node;
  const { name } = node.metadata;
  const present = node.spec.taints ?? [];
  const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;
  const clash = additions.find((added) => present.some((taint) => same(taint, added)));
  if (clash !== undefined && !invocation.flags.isTrue('overwrite')) {
    throw usageError(
      `node ${name} already has ${clash.key} taint(s) with same effect(s) and --overwrite is false`,
    );
  }
  for (const { key, effect } of removals) {
    const found = present.some(
      (t) => t.key === key && (effect === undefined || t.effect === effect),
    );
    if (!found) throw usageError(`taint "${key}${effect ? `:${effect}` : ''}" not found`);
  }
  const stays = (taint: Taint): boolean =>
    !additions.some((added) => same(taint, added)) &&
    !removals.some(({ key, effect }) => taint.key === key && (!effect || taint.effect === effect));
  const taints = [...additions, ...present.filter(stays)];
  if (invocation.dryRun !== 'client') {
    const patch = { spec: { taints: taints.length === 0 ? null : taints } };
    const requester = invocation.requester('kubectl-taint');
    const options = { dryRun: invocation.dryRun === 'server' };
    invocation.api.patch(requester, target.resource, undefined, name, 'merge', patch, '', options);
  }
  const overwrites = additions.some((added) => present.some((old) => same(old, added)));
  const adds = additions.length > 0;
  const done = !adds ? 'untainted' : removals.length > 0 || overwrites ? 'modified' : 'tainted';
  invocation.print(`${nameOf(target.kind, node)} ${done}`);
}
