/**
 * Times as Kubernetes writes them: RFC 3339 in UTC with whole seconds (metav1.Time) or with
 * microseconds (metav1.MicroTime), and the ages that kubectl's tables show. Works on
 * milliseconds since the Unix epoch and never looks at a wall clock.
 */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How many parsed texts are kept before the cache starts anew. */
const CACHE_LIMIT = 50_000;

let lastSecond = Number.NaN;
let lastText = '';

/** `2024-05-01T12:00:00Z` for milliseconds since the epoch; fractions of a second are cut. */
export function formatTime(epochMs: number): string {
  const second = Math.floor(epochMs / SECOND_MS);
  if (second === lastSecond) return lastText;
  lastSecond = second;
  lastText = `${formatSeconds(second)}Z`;
  return lastText;
}

/** `2024-05-01T12:00:00.250000Z` for milliseconds since the epoch. */
export function formatMicroTime(epochMs: number): string {
  const second = Math.floor(epochMs / SECOND_MS);
  const micros = Math.floor((epochMs - second * SECOND_MS) * 1000);
  return `${formatSeconds(second)}.${pad(micros, 6)}Z`;
}

const parsed = new Map<string, number>();

/** Milliseconds since the epoch of an RFC 3339 text; NaN for anything else. */
export function parseTime(text: string): number {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const value = parse(text);
  if (parsed.size >= CACHE_LIMIT) parsed.clear();
  parsed.set(text, value);
  return value;
}

/** Whether the text is a time that a client may send. */
export const isTime = (text: string): boolean => !Number.isNaN(parseTime(text));

/** A duration as kubectl's AGE columns show it: `45s`, `3m20s`, `5h`, `2d3h`. */
export function formatAge(ms: number): string {
  const seconds = Math.trunc(ms / SECOND_MS);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds === 0 ? 0 : seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 192) return twoUnits(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.trunc(days / 365);
  if (days < 2920) return twoUnits(years, 'y', days % 365, 'd');
  return `${years}y`;
}

const twoUnits = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`;

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

function formatSeconds(epochSeconds: number): string {
  const days = Math.floor(epochSeconds / 86_400);
  const rest = epochSeconds - days * 86_400;
  const { year, month, day } = civilFromDays(days);
  const hour = Math.floor(rest / 3600);
  const minute = Math.floor((rest % 3600) / 60);
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return `${date}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(rest % 60, 2)}`;
}

const DAYS_PER_ERA = 146_097;
/** Days from 0000-03-01, where the eras of 400 years are counted from, to 1970-01-01. */
const EPOCH_SHIFT_DAYS = 719_468;

/** The date in the proleptic Gregorian calendar, counting years from March so leap days end them. */
function civilFromDays(epochDays: number): { year: number; month: number; day: number } {
  const shifted = epochDays + EPOCH_SHIFT_DAYS;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leapCorrected =
    dayOfEra -
    Math.floor(dayOfEra / 1460) +
    Math.floor(dayOfEra / 36_524) -
    Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor(leapCorrected / 365);
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day };
}

/** Days since the epoch of a date in the proleptic Gregorian calendar. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - EPOCH_SHIFT_DAYS;
}

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

function parse(text: string): number {
  const match = RFC3339.exec(text);
  if (match === null) return Number.NaN;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return Number.NaN;
  if (part(4) > 23 || part(5) > 59 || part(6) > 59) return Number.NaN;
  const fraction = Number(`0.${match[7] ?? '0'}`) * SECOND_MS;
  const offsetMinutes = (part(9) * 60 + part(10)) * (match[8] === '-' ? -1 : 1);
  const timeOfDay = part(4) * HOUR_MS + part(5) * MINUTE_MS + part(6) * SECOND_MS;
  return (
    daysFromCivil(year, month, day) * DAY_MS +
    timeOfDay +
    Math.floor(fraction + 1e-6) -
    offsetMinutes * MINUTE_MS
  );
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}
