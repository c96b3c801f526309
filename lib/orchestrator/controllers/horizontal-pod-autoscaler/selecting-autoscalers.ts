/**
 * Which autoscalers select a pod, by the selectors that their targets had when each was last looked
 * at: pods that several autoscalers would scale are scaled by none.
 */
import { parseSelector, type LabelMatcher } from '../../api/label-selector';
import type { Pod } from '../../api/objects';

interface Entry {
  /** The selector. */
  readonly text: string;
  /** Where it is found: its namespace, and a label that all have which it selects, if any. */
  readonly place: string;
}

export class SelectingAutoscalers {
  private readonly entries = new Map<string, Entry>();
  /** Their keys by place, so that a pod is compared with few of them. */
  private readonly byPlace = new Map<string, Set<string>>();

  /** Notes the selector of an autoscaler's target. */
  put(key: string, namespace: string, text: string): void {
    if (this.entries.get(key)?.text === text) return;
    this.delete(key);
    const place = placeOf(namespace, labelOf(text));
    this.entries.set(key, { text, place });
    const keys = this.byPlace.get(place);
    if (keys === undefined) this.byPlace.set(place, new Set([key]));
    else keys.add(key);
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    const keys = this.byPlace.get(entry.place)!;
    keys.delete(key);
    if (keys.size === 0) this.byPlace.delete(entry.place);
  }

  /** The keys of the autoscalers that select any of the pods. */
  of(namespace: string, pods: readonly Pod[]): readonly string[] {
    const found = new Set<string>();
    const matchers = new Map<string, LabelMatcher>();
    for (const { metadata } of pods) {
      const { labels = {} } = metadata;
      this.find(placeOf(namespace, ''), labels, matchers, found);
      for (const name in labels) {
        this.find(placeOf(namespace, `${name}=${labels[name]}`), labels, matchers, found);
      }
    }
    return [...found];
  }

  private find(
    place: string,
    labels: Readonly<Record<string, string>>,
    matchers: Map<string, LabelMatcher>,
    found: Set<string>,
  ): void {
    for (const key of this.byPlace.get(place) ?? []) {
      if (found.has(key)) continue;
      const { text } = this.entries.get(key)!;
      const matches = matchers.get(text) ?? parseSelector(text).matches;
      matchers.set(text, matches);
      if (matches(labels)) found.add(key);
    }
  }
}

const placeOf = (namespace: string, label: string): string => `${namespace}/${label}`;

/** A label that the selector asks for, `app=api`; '' if there is none that all must have. */
function labelOf(text: string): string {
  const one = parseSelector(text).requirements.find(
    ({ operator }) => operator === '=' || operator === '==',
  );
  return one === undefined ? '' : `${one.key}=${one.values[0] ?? ''}`;
}
