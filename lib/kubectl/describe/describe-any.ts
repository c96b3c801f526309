/** `kubectl describe` of kinds without a description of their own: every field by name. */
import type { KubeObject } from '../../orchestrator/api/object';
import type { Invocation } from '../invocation';
import { eventLines, mapLines } from './parts';

const SHOWN = new Set(['apiVersion', 'kind', 'metadata']);

export function describeAny(invocation: Invocation, object: KubeObject): string[] {
  const { metadata, apiVersion, kind } = object;
  const { name, namespace, labels, annotations, ...rest } = metadata;
  const fields = Object.entries(object).filter(([key]) => !SHOWN.has(key));
  return [
    `Name:\t${name}`,
    `Namespace:\t${namespace ?? ''}`,
    ...mapLines('Labels:', labels),
    ...mapLines('Annotations:', annotations, ': '),
    `API Version:\t${apiVersion}`,
    `Kind:\t${kind}`,
    'Metadata:',
    ...fieldLines(rest, '  '),
    ...fields.flatMap(([key, value]) => lineOf(key, value, '')),
    ...eventLines(invocation, object),
  ];
}

const fieldLines = (map: object, indent: string): string[] =>
  Object.entries(map)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => lineOf(key, value, indent));

function lineOf(key: string, value: unknown, indent: string): string[] {
  const title = `${indent}${titleOf(key)}:`;
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    const texts = items.map((item) =>
      typeof item === 'object' && item !== null
        ? fieldLines(item, `${indent}  `)
        : [`${indent}  ${String(item)}`],
    );
    return [title, ...texts.flat()];
  }
  if (typeof value === 'object' && value !== null) {
    return [title, ...fieldLines(value, `${indent}  `)];
  }
  return [`${title}\t${String(value)}`];
}

/** `observedGeneration` as `Observed Generation`. */
const titleOf = (key: string): string =>
  key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/^./, (first) => first.toUpperCase());
