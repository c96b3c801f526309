/** `kubectl events`: what was told of objects, the latest last. */
import type { Event } from '../../orchestrator/api/objects';
import { formatAge, parseTime } from '../../orchestrator/api/timestamps';
import { apiVersionOf } from '../../orchestrator/apiserver/resource-registry';
import type { Invocation } from '../invocation';
import { KubectlError, usageError } from '../kubectl-error';
import { printFormatted } from '../output/print-objects';
import { alignedLines } from '../output/table';

const TYPES = ['Normal', 'Warning'];

export function events(invocation: Invocation): void {
  const { api, flags, namespace } = invocation;
  const everywhere = flags.isTrue('all-namespaces');
  const [isOfType, isAbout] = [typeFilter(invocation), subjectFilter(invocation)];
  const { items } = api.list<Event>('events', everywhere ? {} : { namespace });
  const found = items.filter((event) => isOfType(event) && isAbout(event));
  if (found.length === 0) {
    const where = everywhere ? '' : ` in ${namespace} namespace`;
    invocation.printError(`No events found${where}.`);
    return;
  }
  found.sort((a, b) => timeOf(a) - timeOf(b));
  const kind = api.registry.kind('events');
  const targets = found.map((object) => ({ kind, resource: 'events', object }));
  if (printFormatted(invocation, targets, false)) return;
  printTable(invocation, found, everywhere);
}

function printTable(invocation: Invocation, found: readonly Event[], everywhere: boolean): void {
  const nowMs = invocation.cluster.clock.wallMs;
  const rows = found.map((event) => {
    const { type, reason, involvedObject, message, metadata } = event;
    return [
      ...(everywhere ? [metadata.namespace ?? ''] : []),
      intervalOf(event, nowMs),
      type,
      reason,
      `${involvedObject.kind}/${involvedObject.name}`,
      message.trim(),
    ];
  });
  const header = ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];
  if (everywhere) header.unshift('NAMESPACE');
  const shown = invocation.flags.isTrue('no-headers') ? rows : [header, ...rows];
  for (const line of alignedLines(shown)) invocation.print(line);
}

function typeFilter({ flags }: Invocation): (event: Event) => boolean {
  const asked = flags.all('types').flatMap((text) => text.split(','));
  const wanted = asked.map((type) => {
    const found = TYPES.find((known) => known.toLowerCase() === type.toLowerCase());
    if (found === undefined) throw usageError('valid --types are Normal or Warning');
    return found;
  });
  return ({ type }) => wanted.length === 0 || wanted.includes(type);
}

/** `--for pod/web` */
function subjectFilter(invocation: Invocation): (event: Event) => boolean {
  const subject = invocation.flags.text('for');
  if (subject === undefined) return () => true;
  const [type = '', name = '', ...more] = subject.split('/');
  if (type === '' || name === '' || more.length > 0) {
    throw usageError('--for must be in resource/name form');
  }
  const kind = invocation.tryKindNamed(type);
  if (kind === undefined) {
    throw new KubectlError(`the server doesn't have a resource type "${type}"`);
  }
  const apiVersion = apiVersionOf(kind);
  return ({ involvedObject: about }) =>
    about.kind === kind.kind && about.name === name && about.apiVersion === apiVersion;
}

const timeOf = ({ lastTimestamp, series, eventTime, metadata }: Event): number =>
  parseTime(lastTimestamp ?? series?.lastObservedTime ?? eventTime ?? metadata.creationTimestamp);

/** `5s`, or `5s (x3 over 2m)` for what was seen more than once. */
function intervalOf(event: Event, nowMs: number): string {
  const { firstTimestamp, lastTimestamp, eventTime, series, count = 1, metadata } = event;
  const since = (time: string | null | undefined): string =>
    formatAge(nowMs - parseTime(time ?? metadata.creationTimestamp));
  const first = since(eventTime ?? firstTimestamp);
  if (series) return `${since(series.lastObservedTime)} (x${series.count} over ${first})`;
  return count > 1 ? `${since(lastTimestamp)} (x${count} over ${first})` : first;
}
