/**
 * Cron schedules as the API server reads them: five fields or a descriptor such as `@daily`, with
 * the refusals of the parser that Kubernetes uses. When a schedule is due is the controller's.
 */

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAYS = 'sun mon tue wed thu fri sat'.split(' ');
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['', ...MONTHS] },
  { min: 0, max: 6, names: DAYS },
];
const DESCRIPTORS = 'yearly annually monthly weekly daily midnight hourly'.split(' ');
const EVERY = '@every ';

/** What is wrong with a schedule; undefined if nothing is. */
export function scheduleError(text: string): string | undefined {
  if (text === '') return 'empty spec string';
  let schedule = text;
  if (text.startsWith('TZ=') || text.startsWith('CRON_TZ=')) {
    const space = text.indexOf(' ');
    if (space < 0) {
      return 'invalid schedule format: runtime error: slice bounds out of range [:-1]';
    }
    schedule = text.slice(space).trim();
  }
  if (schedule.startsWith('@')) return descriptorError(schedule);
  const fields = schedule.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== FIELDS.length) {
    const found = `found ${fields.length}: [${fields.join(' ')}]`;
    return `expected exactly ${FIELDS.length} fields, ${found}`;
  }
  for (let i = 0; i < FIELDS.length; i++) {
    const error = fieldError(fields[i] ?? '', FIELDS[i] as Bounds);
    if (error !== undefined) return error;
  }
  return undefined;
}

function descriptorError(descriptor: string): string | undefined {
  if (DESCRIPTORS.includes(descriptor.slice(1))) return undefined;
  if (!descriptor.startsWith(EVERY)) return `unrecognized descriptor: ${descriptor}`;
  const duration = descriptor.slice(EVERY.length);
  if (/^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)/.test(duration)) {
    if (/^[-+]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))+$/.test(duration))
      return undefined;
  }
  if (duration === '0') return undefined;
  const why = durationError(duration);
  return `failed to parse duration ${descriptor}: ${why}`;
}

function durationError(duration: string): string {
  const quoted = JSON.stringify(duration);
  if (/^[-+]?[0-9.]+$/.test(duration) && /[0-9]/.test(duration)) {
    return `time: missing unit in duration ${quoted}`;
  }
  const unit = /^[-+]?[0-9.]*[0-9][0-9.]*([^0-9.]+)/.exec(duration);
  if (unit !== null) return `time: unknown unit ${JSON.stringify(unit[1])} in duration ${quoted}`;
  return `time: invalid duration ${quoted}`;
}

function fieldError(field: string, bounds: Bounds): string | undefined {
  for (const range of field.split(',')) {
    if (range === '') continue;
    const error = rangeError(range, bounds);
    if (error !== undefined) return error;
  }
  return undefined;
}

function rangeError(range: string, bounds: Bounds): string | undefined {
  const [span = '', ...steps] = range.split('/');
  const limits = span.split('-');
  const [low = '', high = ''] = limits;
  const single = limits.length === 1;
  let start = bounds.min;
  let end = bounds.max;
  if (low !== '*' && low !== '?') {
    const first = numberOrName(low, bounds);
    if (typeof first === 'string') return first;
    const last = single ? first : numberOrName(high, bounds);
    if (limits.length > 2) return `too many hyphens: ${range}`;
    if (typeof last === 'string') return last;
    [start, end] = [first, last];
  }
  let step = 1;
  if (steps.length > 1) return `too many slashes: ${range}`;
  if (steps.length === 1) {
    const parsed = parseNumber(steps[0] ?? '');
    if (typeof parsed === 'string') return parsed;
    step = parsed;
    if (single) end = bounds.max;
  }
  if (start < bounds.min) {
    return `beginning of range (${start}) below minimum (${bounds.min}): ${range}`;
  }
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${range}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${range}`;
  return step === 0 ? `step of range should be a positive number: ${range}` : undefined;
}

function numberOrName(text: string, { names }: Bounds): number | string {
  const index = names?.indexOf(text.toLowerCase()) ?? -1;
  return index >= 0 && text !== '' ? index : parseNumber(text);
}

/** A number, or what is wrong with it. */
function parseNumber(text: string): number | string {
  if (!/^[-+]?[0-9]+$/.test(text)) {
    const why = `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
    return `failed to parse int from ${text}: ${why}`;
  }
  const value = Number(text);
  return value < 0 ? `negative number (${value}) not allowed: ${text}` : value;
}
