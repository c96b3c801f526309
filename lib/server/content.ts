/** Bodies: read whole, parsed as JSON or YAML, refused in the API server's words. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'yaml';
import { failure, type Status } from '../orchestrator/api/status-error';
import {
  JsonTextError,
  parseJsonText,
  type ParsedJson,
} from '../orchestrator/api/schema/json-text';

const BODY_LIMIT = 3 * 1024 * 1024;

export function readBody(request: IncomingMessage): Promise<string> {
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
      } else resolve(Buffer.concat(chunks).toString('utf8'));
    });
    request.on('error', reject);
  });
}

export const mediaTypeOf = (request: IncomingMessage): string =>
  (request.headers['content-type'] ?? 'application/json').split(';')[0]!.trim();

/** @param what the kind that the path takes, for the error */
export function parseObject(text: string, mediaType: string, what: string): ParsedJson {
  if (mediaType.includes('protobuf')) {
    // kubectl then says it again in JSON.
    throw failure(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ` +
        'application/json, application/yaml',
      {},
    );
  }
  if (mediaType.endsWith('yaml')) {
    return { value: parse(text, { version: '1.1' }) as unknown, duplicates: new WeakMap() };
  }
  try {
    return parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const shown = text === '' ? '<empty>' : text;
    throw failure(
      400,
      'BadRequest',
      `the object provided is unrecognized (must be of type ${what}): ` +
        `couldn't get version/kind; json parse error: ${error.message} (${shown})`,
      {},
    );
  }
}

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
