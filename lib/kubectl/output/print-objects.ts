/** Prints objects in the format that `-o` asks for. */
import type { KubeObject } from '../../orchestrator/api/object';
import type { Target } from '../input/targets';
import { nameOf, type Invocation } from '../invocation';
import { KubectlError, usageError } from '../kubectl-error';
import { customColumns } from './custom-columns';
import { renderJsonPath } from './json-path';
import { goYaml } from './go-yaml';
import { sortedFields } from './sorted-json';

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
      invocation.print(JSON.stringify(sortedFields(shown()), null, 4));
      return true;
    case 'yaml':
      invocation.write(goYaml(shown()));
      return true;
    case 'jsonpath':
      if (argument === '') throw usageError('template format specified but no template given');
      invocation.write(renderJsonPath(argument, shown()));
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
