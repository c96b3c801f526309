/** Bodies: read whole, decoded from JSON, YAML or protobuf, refused in the API server's words. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  decodeBody,
  decodeObject,
  parseYamlBody,
  type DecodedBody,
  type ExpectedKind,
  type FieldValidation,
} from '../orchestrator/api/schema/decode-body';
import { parseProtobuf } from '../orchestrator/api/schema/protobuf';
import { JsonTextError, parseJsonText } from '../orchestrator/api/schema/json-text';
import {
  badRequestError,
  failure,
  type ApiStatusError,
  type Status,
} from '../orchestrator/api/status-error';

const BODY_LIMIT = 3 * 1024 * 1024;

export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_LIMIT) chunks.push(chunk);
    });
    request.on('end', () => {
      if (size > BODY_LIMIT) {
        const message = `Request entity too large: limit is ${BODY_LIMIT}`;
        reject(failure(413, 'RequestEntityTooLarge', message));
      } else resolve(Buffer.concat(chunks));
    });
    request.on('error', reject);
  });
}

export const mediaTypeOf = (request: IncomingMessage): string =>
  (request.headers['content-type'] ?? 'application/json').split(';')[0]!.trim();

export const isProtobuf = (mediaType: string): boolean => mediaType.includes('protobuf');

/** The object that a create or update brings. */
export function decodeRequest(
  body: Buffer,
  mediaType: string,
  expected: ExpectedKind,
  validation: FieldValidation,
): DecodedBody {
  if (isProtobuf(mediaType)) return decodeObject(protobufOf(body), expected, validation);
  const text = body.toString('utf8');
  if (!/(json|yaml)$/.test(mediaType)) throw unknownFormat();
  return mediaType.endsWith('yaml')
    ? decodeObject(parseYamlBody(text), expected, validation)
    : decodeBody(text, expected, validation);
}

/** A body that is no resource: options, an eviction, a review. */
export function parseRequest(body: Buffer, mediaType: string): unknown {
  if (body.length === 0) return undefined;
  if (isProtobuf(mediaType)) return protobufOf(body);
  const text = body.toString('utf8');
  if (mediaType.endsWith('yaml')) return parseYamlBody(text);
  try {
    return parseJsonText(text).value;
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw badRequestError(`couldn't get version/kind; json parse error: ${error.message}`);
  }
}

function protobufOf(body: Buffer): object {
  const object = parseProtobuf(body);
  if (object !== undefined) return object;
  throw unknownFormat();
}

const unknownFormat = (): ApiStatusError =>
  failure(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: ' +
      'application/json, application/yaml, application/vnd.kubernetes.protobuf',
    {},
  );

export function sendJson(response: ServerResponse, code: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(`${text}\n`);
}

export function sendStatus(response: ServerResponse, status: Status): void {
  sendJson(response, status.code ?? 500, status);
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}
