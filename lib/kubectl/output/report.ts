/** What a command says of an object that it has made or changed: a line, or what `-o` asks for. */
import type { KindDefinition } from '../../orchestrator/api/kind';
import type { KubeObject } from '../../orchestrator/api/object';
import { resourceNameOf } from '../../orchestrator/apiserver/resource-registry';
import { nameOf, type Invocation } from '../invocation';
import { printFormatted } from './print-objects';

/** @param done `created`, `configured` */
export function report(
  invocation: Invocation,
  kind: KindDefinition,
  object: KubeObject,
  done: string,
): void {
  const target = { kind, resource: resourceNameOf(kind), object };
  if (invocation.flags.has('output') && printFormatted(invocation, [target], true)) return;
  invocation.print(`${nameOf(kind, object)} ${done}${invocation.dryRunNote}`);
}
