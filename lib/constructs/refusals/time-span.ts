/**
 * Spans of time as people write them for Kubernetes ('30s', '1m30s', '2h'), read into the whole
 * seconds that its fields hold.
 */

const TIME_SPAN = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

const parsed = new Map<string, number | undefined>();

/** The number of whole seconds, or undefined if the text is no span of time. */
export function tryParseSeconds(text: string): number | undefined {
  // The same few spans come back for every container of an app.
  if (!parsed.has(text)) parsed.set(text, parse(text));
  return parsed.get(text);
}

/** Says what is allowed when the text is no span of time. */
export function timeSpanProblem(text: string): string | undefined {
  if (tryParseSeconds(text) !== undefined) return undefined;
  return "allowed is a span of whole seconds such as '30s', '5m' or '1h30m'";
}

function parse(text: string): number | undefined {
  const match = TIME_SPAN.exec(text);
  if (!match || text === '') return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
