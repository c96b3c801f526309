/** `--raw PATH`: a request by its path, without a kind's help. */
import { apiVersionOf } from '../../orchestrator/apiserver/resource-registry';
import type { KindDefinition } from '../../orchestrator/api/kind';
import type { Invocation } from '../invocation';
import { KubectlError } from '../kubectl-error';

interface RawPath {
  readonly kind: KindDefinition;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string;
}

export function getRaw(invocation: Invocation, path: string): string {
  const { kind, resource, namespace, name, subresource } = parse(invocation, path);
  const { api } = invocation;
  if (name === undefined) {
    const { items, revision } = api.list(resource, namespace === undefined ? {} : { namespace });
    const metadata = { resourceVersion: String(revision) };
    const apiVersion = apiVersionOf(kind);
    return JSON.stringify({ kind: `${kind.kind}List`, apiVersion, metadata, items });
  }
  if (subresource === '' || subresource === 'status') {
    return JSON.stringify(api.get(resource, namespace, name));
  }
  const requester = invocation.requester('kubectl');
  return JSON.stringify(api.subresource(requester, 'get', resource, namespace, name, subresource));
}

export function createRaw(invocation: Invocation, path: string, body: string): string {
  const { resource, namespace, name, subresource } = parse(invocation, path);
  const { api } = invocation;
  const requester = invocation.requester('kubectl-create');
  const object = JSON.parse(body) as never;
  const made =
    name === undefined
      ? api.create(requester, resource, namespace, object)
      : api.subresource(requester, 'create', resource, namespace, name, subresource, object);
  return JSON.stringify(made);
}

function parse({ api }: Invocation, path: string): RawPath {
  const parts = path.split('?')[0]!.split('/').filter(Boolean);
  const group = parts[0] === 'apis' ? parts[1]! : '';
  let rest = parts.slice(parts[0] === 'apis' ? 3 : 2);
  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length > 2) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural = '', name, subresource = ''] = rest;
  const resource = group === '' ? plural : `${plural}.${group}`;
  if (!/^\/?apis?\//.test(path) || plural === '') {
    throw new KubectlError(
      'Error from server (NotFound): the server could not find the requested resource',
    );
  }
  return { kind: api.registry.kind(resource), resource, namespace, name, subresource };
}
