/** The indexes of an Indexed Job: which are completed, which need a pod, and how pods learn theirs. */
import type { Container, Job, Pod, PodTemplateSpec } from '../../api/objects';

export const INDEX_KEY = 'batch.kubernetes.io/job-completion-index';
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

export const isIndexed = (job: Job): boolean => job.spec.completionMode === 'Indexed';

/** The index of a pod, undefined if it has none that this Job still wants. */
export function indexOf(job: Job, pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[INDEX_KEY];
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const index = Number(text);
  return index < (job.spec.completions ?? 0) ? index : undefined;
}

/** `1,3-5` as a set. */
export function parseIndexes(text: string | undefined): Set<number> {
  const indexes = new Set<number>();
  if (text === undefined || text === '') return indexes;
  for (const part of text.split(',')) {
    const [first, last = first] = part.split('-').map(Number);
    for (let index = first!; index <= last!; index++) indexes.add(index);
  }
  return indexes;
}

/** A set as `1,3-5`; two neighbours are written `1,2`. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (sorted[end + 1] === sorted[end]! + 1) end++;
    if (end - i >= 2) parts.push(`${sorted[i]}-${sorted[end]}`);
    else for (let k = i; k <= end; k++) parts.push(String(sorted[k]));
    i = end + 1;
  }
  return parts.join(',');
}

/** The lowest indexes that are neither completed nor being worked on. */
export function pendingIndexes(job: Job, taken: ReadonlySet<number>, count: number): number[] {
  const pending: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && pending.length < count; index++) {
    if (!taken.has(index)) pending.push(index);
  }
  return pending;
}

const templates = new WeakMap<PodTemplateSpec, readonly Container[]>();

/** The template's containers, each with its index in the environment. */
export function withIndexVariable(template: PodTemplateSpec): readonly Container[] {
  let containers = templates.get(template);
  if (containers === undefined) {
    const fieldRef = { apiVersion: 'v1', fieldPath: `metadata.annotations['${INDEX_KEY}']` };
    const variable = { name: INDEX_VARIABLE, valueFrom: { fieldRef } };
    containers = template.spec.containers.map((container) =>
      container.env?.some(({ name }) => name === INDEX_VARIABLE) === true
        ? container
        : { ...container, env: [...(container.env ?? []), variable] },
    );
    templates.set(template, containers);
  }
  return containers;
}
