/** Resources that are questions rather than objects, and what a pod's containers have to say. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { invalid } from '../orchestrator/api/field-error';
import type { Pod } from '../orchestrator/api/objects';
import { badRequestError, failure, invalidError } from '../orchestrator/api/status-error';
import type { UserInfo } from '../orchestrator/apiserver/authorization/attributes';
import { RbacAuthorizer } from '../orchestrator/apiserver/authorization/rbac-authorizer';
import type { Requester } from '../orchestrator/apiserver/requests';
import type { Binding } from '../orchestrator/apiserver/subresources/binding';
import { parseTime } from '../orchestrator/api/timestamps';
import type { Cluster } from '../orchestrator/cluster/cluster';
import { containerLog, type LogOptions } from '../orchestrator/cluster/container-log';
import { answerReview, isReview, type Review } from './access/access-reviews';
import { mediaTypeOf, parseRequest, readBody, sendJson, sendText } from './content';
import type { RequestInfo, ResourcePath } from './request-info';

interface SpecialRequest {
  readonly cluster: Cluster;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly info: RequestInfo;
  readonly path: ResourcePath;
  readonly user: UserInfo;
  readonly requester: Requester;
}

/** Answers if the path is one of these; says whether it did. */
export async function handleSpecial(special: SpecialRequest): Promise<boolean> {
  const { cluster, path, info } = special;
  if (isReview(path.qualified)) {
    if (info.method !== 'POST') return false;
    await review(special);
    return true;
  }
  if (path.qualified === 'bindings' && info.method === 'POST') {
    await bind(special);
    return true;
  }
  if (path.name === undefined) return false;
  if (path.subresource.split('/')[0] === 'proxy' && path.qualified !== 'pods') {
    refuseProxy(special);
  }
  if (path.qualified !== 'pods') return false;
  if (path.subresource === 'log') {
    sendLog(special);
    return true;
  }
  if (['exec', 'attach', 'portforward', 'proxy'].includes(path.subresource)) {
    cluster.api.get('pods', path.namespace, path.name);
    throw failure(
      501,
      'NotImplemented',
      `pods/${path.subresource} is not served: no programs run in these containers`,
      {},
    );
  }
  return false;
}

async function review(special: SpecialRequest): Promise<void> {
  const { request, response, path, cluster, user } = special;
  const question = parseRequest(await readBody(request), mediaTypeOf(request)) as Review;
  const { namespace } = path;
  const authorizer = new RbacAuthorizer(cluster.api.store);
  const reviewer = { authorizer, user, namespace, nowMs: cluster.clock.wallMs };
  sendJson(response, 201, answerReview(path.qualified, question, reviewer));
}

/** The older way to bind a pod: the binding itself names it. */
async function bind({
  cluster,
  request,
  response,
  info,
  path,
  requester,
}: SpecialRequest): Promise<void> {
  const body = parseRequest(await readBody(request), mediaTypeOf(request)) as Partial<Binding>;
  const name = body.metadata?.name ?? '';
  if (name === '') throw badRequestError('Name parameter required.');
  const options = { dryRun: info.query.getAll('dryRun').includes('All') };
  const { namespace } = path;
  const bound = cluster.api.subresource(
    requester,
    'create',
    'pods',
    namespace,
    name,
    'binding',
    body,
    options,
  );
  sendJson(response, 201, bound);
}

/** There is nothing behind services and nodes; but they must be there to be asked for. */
function refuseProxy({ cluster, path }: SpecialRequest): void {
  if (path.qualified !== 'services' && path.qualified !== 'nodes') return;
  cluster.api.get(path.qualified, path.namespace, path.name!);
  const why = `${path.plural}/proxy is not served: no programs run in these containers`;
  throw failure(501, 'NotImplemented', why, {});
}

const LOG_NUMBERS = [
  ['sinceSeconds', 1, 'must be greater than 0'],
  ['tailLines', 0, 'must be greater than or equal to 0'],
  ['limitBytes', 1, 'must be greater than 0'],
] as const;

function checkLogOptions({ path, info }: SpecialRequest): void {
  const errors = LOG_NUMBERS.flatMap(([name, least, why]) => {
    const text = info.query.get(name);
    return text === null || Number(text) >= least ? [] : [invalid(name, Number(text), why)];
  });
  if (errors.length > 0) throw invalidError('', 'PodLogOptions', path.name ?? '', errors);
}

function sendLog(special: SpecialRequest): void {
  checkLogOptions(special);
  const { cluster, response, path } = special;
  const pod = cluster.api.get<Pod>('pods', path.namespace, path.name!);
  sendText(response, 200, containerLog(cluster.agents, pod, logOptions(special)));
}

function logOptions({ cluster, info: { query } }: SpecialRequest): LogOptions {
  const container = query.get('container');
  const number = (name: string): number | undefined => {
    const text = query.get(name);
    return text === null ? undefined : Number(text);
  };
  const seconds = number('sinceSeconds');
  const time = query.get('sinceTime');
  const sinceMs = seconds === undefined ? undefined : cluster.clock.wallMs - seconds * 1000;
  const [tailLines, limitBytes] = [number('tailLines'), number('limitBytes')];
  return {
    ...(container === null ? {} : { container }),
    previous: query.get('previous') === 'true',
    timestamps: query.get('timestamps') === 'true',
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(time === null ? {} : { sinceMs: parseTime(time) }),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
  };
}
