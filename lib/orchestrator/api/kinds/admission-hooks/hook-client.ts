/**
 * Where a webhook is: a URL or a Service. Stands for apiserver's validation of webhook clients.
 *
 * FIDELITY: of texts that are no URL only hosts with spaces are told in Go's words.
 */
import type { FieldError } from '../../field-error';
import { invalid, required } from '../../field-error';
import { isDns1123Subdomain } from '../../names';

export interface HookClient {
  readonly url?: string;
  readonly service?: HookService;
}

interface HookService {
  readonly name?: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly path?: string;
}

const FORM = '; desired format: https://host[/path]';
const URL_PARTS =
  /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/;
const PORT_MAX = 65_535;

export function hookClientErrors({ url, service }: HookClient, path: string): FieldError[] {
  if ((url === undefined) === (service === undefined)) {
    return [required(path, 'exactly one of url or service is required')];
  }
  if (url !== undefined) return urlErrors(url, `${path}.url`);
  return serviceErrors(service ?? {}, `${path}.service`);
}

function urlErrors(url: string, field: string): FieldError[] {
  const [, scheme = '', authority = '', query = '', fragment = ''] = URL_PARTS.exec(url) ?? [];
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  if (host.includes(' ')) {
    const why = `parse ${JSON.stringify(url)}: invalid character " " in host name`;
    return [required(field, `url must be a valid URL: ${why}${FORM}`)];
  }
  const errors: FieldError[] = [];
  if (scheme !== 'https') {
    errors.push(invalid(field, scheme, `'https' is the only allowed URL scheme${FORM}`));
  }
  if (host === '') errors.push(invalid(field, host, `host must be specified${FORM}`));
  if (at >= 0) {
    const user = authority.slice(0, at);
    errors.push(invalid(field, user, 'user information is not permitted in the URL'));
  }
  if (fragment !== '') {
    errors.push(invalid(field, fragment, 'fragments are not permitted in the URL'));
  }
  if (query !== '') {
    errors.push(invalid(field, query, 'query parameters are not permitted in the URL'));
  }
  return errors;
}

function serviceErrors(service: HookService, path: string): FieldError[] {
  const { name = '', namespace = '', port = 0, path: place } = service;
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(`${path}.name`));
  if (namespace === '') errors.push(required(`${path}.namespace`));
  if (port < 1 || port > PORT_MAX) {
    const why = `port is not valid: must be between 1 and ${PORT_MAX}, inclusive`;
    errors.push(invalid(`${path}.port`, port, why));
  }
  return place === undefined ? errors : [...errors, ...pathErrors(place, `${path}.path`)];
}

function pathErrors(path: string, field: string): FieldError[] {
  if (path === '/' || path === '') return [];
  const refuse = (why: string): FieldError => invalid(field, path, why);
  if (path === '//') return [refuse('segment[0] may not be empty')];
  const errors = path.startsWith('/') ? [] : [refuse("must start with a '/'")];
  const segments = path.slice(1).replace(/\/$/, '').split('/');
  segments.forEach((segment, i) => {
    if (segment === '') errors.push(refuse(`segment[${i}] may not be empty`));
    else errors.push(...isDns1123Subdomain(segment).map((why) => refuse(`segment[${i}]: ${why}`)));
  });
  return errors;
}
