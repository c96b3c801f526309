/**
 * Requests and the API server's answers: defaults, refusals, messages. Creates are dry runs, so that
 * cases do not meet; a case with `before` creates that object for real and then changes it.
 */
import { withoutVolatile } from './api-volatile';
import { isMap, type JsonMap } from '../orchestrator/api/json-map';

export interface ApiCase {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** The body's content type. @default 'application/json' */
  readonly type?: string;
  readonly object?: unknown;
  /** A body that is sent as it is. */
  readonly raw?: string;
  readonly before?: { readonly path: string; readonly object: unknown };
}

export interface ApiAnswer {
  readonly name: string;
  readonly code: number;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly causes?: readonly unknown[];
  /** Of a success, the object less what differs from run to run. */
  readonly object?: unknown;
}

interface Reply {
  readonly code: number;
  readonly body: JsonMap;
}

const SHOWN_TEXT = 400;

/** Asks the server at `url` the cases one after the other. */
export async function askCases(url: string, cases: readonly ApiCase[]): Promise<ApiAnswer[]> {
  const answers: ApiAnswer[] = [];
  for (const asked of cases) {
    if (asked.before) await send(`${url}${asked.before.path}`, 'POST', bodyOf(asked.before.object));
    const query = asked.method === 'POST' ? '?dryRun=All&fieldValidation=Strict' : '';
    const body = asked.raw ?? bodyOf(asked.object);
    const reply = await send(`${url}${asked.path}${query}`, asked.method, body, asked.type);
    answers.push(answerOf(asked, reply));
  }
  return answers;
}

/** Cases write long texts short: `"@repeat x 1000"`. */
const bodyOf = (object: unknown): string | undefined =>
  object === undefined
    ? undefined
    : JSON.stringify(object).replace(
        /"@repeat (\S) (\d+)"/g,
        (_, character: string, times: string) => JSON.stringify(character.repeat(Number(times))),
      );

async function send(
  url: string,
  method: string,
  body: string | undefined,
  type = 'application/json',
): Promise<Reply> {
  const headers = { 'content-type': type, accept: 'application/json' };
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  try {
    return { code: response.status, body: JSON.parse(text) as JsonMap };
  } catch {
    return { code: response.status, body: { text: text.trim().slice(0, SHOWN_TEXT) } };
  }
}

function answerOf({ name, before, path }: ApiCase, { code, body }: Reply): ApiAnswer {
  if (code >= 400) {
    const details = isMap(body['details']) ? body['details'] : {};
    const causes = (details['causes'] ?? []) as readonly JsonMap[];
    return {
      name,
      code,
      reason: body['reason'],
      message: withoutVolatile(body['message'] ?? body['text']),
      causes: causes.map(({ reason, field, message }) => ({
        reason,
        field,
        message: withoutVolatile(message),
      })),
    };
  }
  const items = body['items'];
  const shown = Array.isArray(items)
    ? { kind: body['kind'], items: items.length > 0 ? 'some' : 'none' }
    : body;
  const object = withoutVolatile(shown);
  // The status of a stored object is its controllers' and so a matter of timing.
  if (before && isMap(object) && !path.includes('/status')) {
    const { status: _status, ...rest } = object;
    return { name, code, object: rest };
  }
  return { name, code, object };
}
