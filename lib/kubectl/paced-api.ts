/**
 * The API server as a program on a network meets it: of several changes that one command asks for,
 * each takes effect a while after the one before, and the cluster goes on in between.
 */
import type { ApiServer } from '../orchestrator/apiserver/api-server';

/** What changes objects; a drain's evictions are sent side by side and stay so. */
const CHANGES = ['create', 'update', 'patch', 'delete'] as const;

/** @param pause lets the time between two requests pass */
export function pacedApi(api: ApiServer, pause: () => void): ApiServer {
  const paced = Object.create(api) as ApiServer;
  let isFirst = true;
  for (const verb of CHANGES) {
    const change = api[verb].bind(api) as (...args: readonly unknown[]) => unknown;
    Object.defineProperty(paced, verb, {
      value: (...args: readonly unknown[]) => {
        if (!isFirst) pause();
        isFirst = false;
        return change(...args);
      },
    });
  }
  return paced;
}
