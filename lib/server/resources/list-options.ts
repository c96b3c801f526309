/**
 * The options of lists, watches and gets: what may be asked together, pages and their tokens.
 * Lists are always of now; a continued one goes on behind the last object that was given.
 */
import { forbidden, type FieldError } from '../../orchestrator/api/field-error';
import { objectKey, type KubeObject } from '../../orchestrator/api/object';
import { JsonTextError, parseJsonText } from '../../orchestrator/api/schema/json-text';
import { badRequestError, failure, invalidError } from '../../orchestrator/api/status-error';

type Query = URLSearchParams;

const MATCH = 'resourceVersionMatch';
const INITIAL = 'sendInitialEvents';
const NOT_OLDER = 'NotOlderThan';

/** Throws ApiStatusError for options that the server does not take. */
export function checkListOptions(query: Query, isWatch: boolean, revision: number): void {
  for (const name of ['limit', 'timeoutSeconds']) {
    const text = query.get(name);
    if (text && !/^[+-]?\d+$/.test(text)) throw badRequestError(notNumber('ParseInt', text));
  }
  const errors = isWatch ? watchErrors(query) : listErrors(query);
  if (errors.length > 0) throw invalidError('meta.k8s.io', 'ListOptions', '', errors);
  if (isWatch) return void checkVersion(query, undefined);
  if (query.get('continue')) {
    startOf(query.get('continue') ?? '');
    if (Number(query.get('resourceVersion') ?? 0) > 0) {
      throw badRequestError('specifying resource version is not allowed when using continue');
    }
  }
  checkVersion(query, revision, (why) => badRequestError(`invalid resource version: ${why}`));
}

/** That the version is one, and not one that is still to come. */
export function checkVersion(
  query: Query,
  revision: number | undefined,
  refuse: (why: string) => Error = (why) => failure(500, undefined, why),
): void {
  const text = query.get('resourceVersion') ?? '';
  if (text === '') return;
  if (!/^\d+$/.test(text)) {
    const why = notNumber('ParseUint', text);
    throw refuse(`resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`);
  }
  if (revision === undefined || Number(text) <= revision) return;
  const message = `Timeout: Too large resource version: ${text}, current: ${revision}`;
  throw failure(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

const notNumber = (parser: string, text: string): string =>
  `strconv.${parser}: parsing ${JSON.stringify(text)}: invalid syntax`;

function listErrors(query: Query): FieldError[] {
  if (query.has(INITIAL)) return [forbidden(INITIAL, `${INITIAL} is forbidden for list`)];
  const match = query.get(MATCH) ?? '';
  const version = query.get('resourceVersion') ?? '';
  if (match === '') return [];
  const errors: FieldError[] = [];
  if (version === '') {
    errors.push(forbidden(MATCH, `${MATCH} is forbidden unless resourceVersion is provided`));
  }
  if (query.get('continue')) {
    errors.push(forbidden(MATCH, `${MATCH} is forbidden when continue is provided`));
  }
  if (match !== 'Exact' && match !== NOT_OLDER)
    errors.push(unknownMatch(match, ['Exact', NOT_OLDER, '']));
  if (match === 'Exact' && version === '0') {
    errors.push(forbidden(MATCH, `${MATCH} "exact" is forbidden for resourceVersion "0"`));
  }
  return errors;
}

function watchErrors(query: Query): FieldError[] {
  const match = query.get(MATCH) ?? '';
  const errors: FieldError[] = [];
  if (query.has(INITIAL) && match !== NOT_OLDER) {
    errors.push(forbidden(MATCH, `${INITIAL} requires setting ${MATCH} to ${NOT_OLDER}`));
  }
  if (match === '') return errors;
  if (!query.has(INITIAL)) {
    errors.push(forbidden(MATCH, `${MATCH} is forbidden for watch unless ${INITIAL} is provided`));
  }
  if (match !== NOT_OLDER) errors.push(unknownMatch(match, [NOT_OLDER]));
  if (query.get('continue')) {
    errors.push(forbidden(MATCH, `${MATCH} is forbidden when continue is provided`));
  }
  return errors;
}

const unknownMatch = (match: string, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field: MATCH,
  message:
    `Unsupported value: ${JSON.stringify(match)}: supported values: ` +
    supported.map((value) => JSON.stringify(value)).join(', '),
});

export interface Page {
  readonly items: readonly KubeObject[];
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number };
}

/** The page of a list, in key order, that the client asks for. */
export function pageOf(items: readonly KubeObject[], query: Query, revision: number): Page {
  const token = query.get('continue');
  const limit = Number(query.get('limit') ?? 0);
  const start = token ? startOf(token) : '';
  const rest = start === '' ? items : items.filter((item) => keyOf(item) >= start);
  if (limit <= 0 || rest.length <= limit) return { items: rest, metadata: {} };
  const selective = query.has('labelSelector') || query.has('fieldSelector');
  const page = rest.slice(0, limit);
  const last = page[page.length - 1]!;
  const next = { v: 'meta.k8s.io/v1', rv: revision, start: `/${keyOf(last)}\u0000` };
  return {
    items: page,
    metadata: {
      continue: Buffer.from(JSON.stringify(next)).toString('base64url'),
      ...(selective ? {} : { remainingItemCount: rest.length - limit }),
    },
  };
}

const keyOf = ({ metadata }: KubeObject): string => objectKey(metadata.namespace, metadata.name);

/** The key at which a continued list begins. */
function startOf(token: string): string {
  const refuse = (why: string): Error => badRequestError(`invalid continue token: ${why}`);
  if (!/^[\w-]*$/.test(token)) throw refuse('continue key is not valid: illegal base64 data');
  try {
    const { value } = parseJsonText(Buffer.from(token, 'base64url').toString('utf8'));
    const { v, start } = (value ?? {}) as { v?: unknown; start?: unknown };
    if (v !== 'meta.k8s.io/v1') {
      throw refuse('continue key is not valid: server does not recognize this encoded version');
    }
    return String(start ?? '').replace(/^\//, '');
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw refuse(`continue key is not valid: ${error.message}`);
  }
}
