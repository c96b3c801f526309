/** Prints objects in the format that `-o` asks for. */
import { stringify } from 'yaml';
import type { KubeObject } from '../../orchestrator/api/object';
import type { Target } from '../input/targets';
import { nameOf, type Invocation } from '../invocation';
import { KubectlError } from '../kubectl-error';
import { customColumns } from './custom-columns';
import { renderJsonPath } from './json-path';

/**
 * Prints in a format that is no table; false if `-o` asks for a table.
 * @param single whether one object was asked for by name, so that no List surrounds it
 */
export function printFormatted(
  invocation: Invocation,
  targets: readonly Target[],
  single: boolean,
): boolean {
  const output = invocation.flags.text('output') ?? '';
  const [format = '', argument = ''] = splitOnce(output, '=');
  const shown = (): unknown => whole(invocation, targets, single);
  switch (format) {
    case '':
    case 'wide':
      return false;
    case 'name':
      for (const { kind, object } of targets) invocation.print(nameOf(kind, object));
      return true;
    case 'json':
      invocation.print(JSON.stringify(sorted(shown()), null, 4));
      return true;
    case 'yaml':
      invocation.stdout += stringify(sorted(shown()), { version: '1.1', lineWidth: 0 });
      return true;
    case 'jsonpath':
      invocation.stdout += renderJsonPath(argument, shown());
      return true;
    case 'custom-columns': {
      const withHeaders = !invocation.flags.isTrue('no-headers');
      const objects = targets.map(({ object }) => object);
      for (const line of customColumns(argument, objects, withHeaders)) invocation.print(line);
      return true;
    }
    default:
      throw new KubectlError(
        `error: unable to match a printer suitable for the output format "${format}", allowed ` +
          'formats are: custom-columns,json,jsonpath,name,wide,yaml',
      );
  }
}

const splitOnce = (text: string, separator: string): string[] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

function whole(invocation: Invocation, targets: readonly Target[], single: boolean): unknown {
  const objects = targets.map(({ object }) => visible(invocation, object));
  if (single && objects.length === 1) return objects[0];
  return { apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } };
}

function visible({ flags, api }: Invocation, object: KubeObject): KubeObject {
  if (!flags.isTrue('show-managed-fields')) return object;
  const managedFields = api.ownership.of(object);
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** With the fields of every map in alphabetical order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const map = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((key) => [key, sorted(map[key])]),
  );
}
