/** The names of time zones that a CronJob may use: those of the IANA database. */
import zoneNames from './time-zone-names.json';

const NAMES: ReadonlySet<string> = new Set(zoneNames);

/** What is wrong with the name of a time zone, in the server's words. */
export function timeZoneMessages(name: string): string[] {
  if (name === '') return ['timeZone must be nil or non-empty string'];
  const parts = name.split('/');
  const malformed = parts.some(
    (part) => part === '.' || part === '..' || !/^[A-Za-z._0-9+][A-Za-z._0-9+-]{0,13}$/.test(part),
  );
  if (malformed) return [`unknown time zone ${name}`];
  const messages: string[] = [];
  if (name.toLowerCase() === 'local') {
    messages.push(
      'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
    );
  }
  if (name !== 'Local' && !NAMES.has(name)) messages.push(`unknown time zone ${name}`);
  return messages;
}
