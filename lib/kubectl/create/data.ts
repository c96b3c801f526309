/** The data of config maps and secrets: `--from-literal`, `--from-file`, `--from-env-file`. */
import type { Invocation, InvocationFiles } from '../invocation';
import { usageError } from '../kubectl-error';
import { pairOf } from './arguments';

/** @param where what the data is for: `ConfigMap "web"` */
export function dataOf({ flags, files }: Invocation, where: string): Record<string, string> {
  const data = new Map<string, string>();
  const add = (key: string, value: string): void => {
    if (data.has(key)) {
      throw usageError(
        `cannot add key "${key}", another key by that name already exists in Data for ${where}`,
      );
    }
    data.set(key, value);
  };
  for (const literal of flags.all('from-literal')) add(...pairOf(literal));
  for (const source of flags.all('from-file')) {
    const path = source.includes('=') ? pairOf(source)[1] : source;
    const key = source.includes('=') ? pairOf(source)[0] : path.split('/').at(-1)!;
    add(key, textOf(files, path));
  }
  for (const path of flags.all('from-env-file')) {
    for (const line of textOf(files, path).split('\n')) {
      const text = line.trim();
      if (text !== '' && !text.startsWith('#'))
        add(...pairOf(text.includes('=') ? text : `${text}=`));
    }
  }
  return Object.fromEntries(data);
}

function textOf(files: InvocationFiles, path: string): string {
  const text = files.read(path);
  if (text === undefined) throw usageError(`error reading ${path}: no such file or directory`);
  return text;
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
