/** `--fail zone=b@1m+5m`: any fault of the registry, when it begins and how long it lasts. */
import { faults } from '../../orchestrator/chaos';
import { nearest } from '../../testing/usage-error';
import { usage } from '../cli-error';
import { durationArgument } from './duration-argument';

export interface FaultArgument {
  readonly fault: string;
  readonly target: string;
  /** Virtual ms after the manifests were applied; as soon as all is up if absent. */
  readonly atMs: number | undefined;
  /** Virtual ms that it lasts; to the end if absent. */
  readonly forMs: number | undefined;
}

const PATTERN = /^([^=]+)=([^@+]+)(?:@([^+]+))?(?:\+(.+))?$/;

export function faultArgument(text: string): FaultArgument {
  const match = PATTERN.exec(text);
  const [, fault = '', target = '', at, lasts] = match ?? [];
  const definition = faults.find(({ name }) => name === (fault || text));
  if (match === null || definition === undefined) throw usage(problemOf(text, fault || text));
  if (lasts !== undefined && !definition.healable) {
    throw usage(`--fail ${text}: ${definition.summary}, which has no end; leave '+${lasts}' out.`);
  }
  return {
    fault,
    target,
    atMs: at === undefined ? undefined : durationArgument(`--fail ${text}`, at),
    forMs: lasts === undefined ? undefined : durationArgument(`--fail ${text}`, lasts),
  };
}

function problemOf(text: string, fault: string): string {
  const names = faults.map(({ name }) => name);
  if (names.includes(fault)) {
    const { target } = faults.find(({ name }) => name === fault)!;
    return `--fail '${text}' names no target; write --fail ${fault}=${target}[@AFTER][+FOR].`;
  }
  const near = nearest(fault, names);
  return (
    `--fail '${text}': there is no fault '${fault}'.` +
    (near === undefined ? '' : ` Did you mean '${near}'?`) +
    `\n${faultHelp()}`
  );
}

/** A line a fault. */
export function faultHelp(): string {
  const rows = faults.map(({ name, target, summary }) => [`${name}=${target}`, summary] as const);
  const width = Math.max(...rows.map(([form]) => form.length));
  return rows.map(([form, summary]) => `  ${form.padEnd(width)}   ${summary}`).join('\n');
}

/** `zone=b@1m+5m` */
export function formatFault({ fault, target }: FaultArgument): string {
  return `${fault}/${target}`;
}
