/** Takes out of a text what two faithful runs may differ in: generated names, addresses, ages, times. */
import type { History } from './history';

/** In this order: a later pattern may meet what an earlier one left. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\b\d+\.\d+\.\d+\.\d+\b/g, '<ip>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, '<uid>'],
  [/\b(\d+h)?(\d+m)?\d+(\.\d+)?s\b/g, '<age>'],
  [/\b\d+m\b(?= *$)/gm, '<age>'],
  [/\d{4}-\d\d-\d\d[T ][\d:.]+(Z| \+0000)/g, '<time>'],
  [/\w{3}, \d\d \w{3} \d{4} [\d:]+ \+0000/g, '<time>'],
  [/\/\S*\/(LIVE|MERGED)-\d+\//g, '<$1>/'],
  [/(pod-template-hash|controller-revision-hash)([=:] ?)[a-z0-9-]+/g, '$1$2<hash>'],
  [/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<suffix>'],
  [/[ \t]+/g, ' '],
];

export type CleanText = (text: string | undefined) => string;

export function textCleaner(history: History): CleanText {
  const names = [...history.aliases].map(([id, alias]) => [id.split('/')[2]!, alias] as const);
  names.sort((a, b) => b[0].length - a[0].length);
  return (text) => {
    let cleaned = text ?? '';
    for (const [name, alias] of names) cleaned = cleaned.replaceAll(name, () => alias);
    for (const [pattern, placeholder] of VOLATILE) cleaned = cleaned.replace(pattern, placeholder);
    return cleaned.trim();
  };
}
