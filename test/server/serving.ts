/** A cluster that is served, and requests to it. */
import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import type { ClusterOptions } from '../../lib/orchestrator/cluster/cluster-options';
import { serve } from '../../lib/server/http-server';

export interface Answer {
  readonly code: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

export interface Served {
  readonly cluster: Cluster;
  readonly url: string;
  /** Sends a request and reads the answer as JSON. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

/** Serves a cluster without nodes while the scenario runs. */
export async function withServed(
  scenario: (served: Served) => Promise<void>,
  options: ClusterOptions = {},
): Promise<void> {
  const cluster = new Cluster({ withoutNodes: true, ...options });
  const server = await serve(cluster, { port: 0 });
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      code: response.status,
      body: text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : { text },
      headers: response.headers,
    };
  };
  try {
    await scenario({ cluster, url: server.url, ask });
  } finally {
    await server.close();
  }
}
