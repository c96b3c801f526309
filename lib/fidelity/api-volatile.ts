/** Takes out of an API answer what differs from run to run: identities, versions, times, addresses. */
import { isMap } from '../orchestrator/api/json-map';

const VOLATILE = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'managedFields',
  'selfLink',
  'clusterIP',
  'clusterIPs',
  'healthCheckNodePort',
  'lastTransitionTime',
  'lastPhaseTransitionTime',
]);

/** The value with sorted fields, without what is volatile. */
export function withoutVolatile(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutVolatile);
  if (isMap(value)) {
    const kept = Object.keys(value)
      .sort()
      .filter((key) => !VOLATILE.has(key) || isHeadless(key, value[key]));
    return Object.fromEntries(
      kept.map((key) => [key, key === 'nodePort' ? '<node port>' : withoutVolatile(value[key])]),
    );
  }
  return typeof value === 'string' ? withoutVolatileText(value) : value;
}

/** A headless service's address is no allocated one. */
function isHeadless(key: string, value: unknown): boolean {
  if (key === 'clusterIP') return value === 'None';
  return key === 'clusterIPs' && Array.isArray(value) && value[0] === 'None';
}

const withoutVolatileText = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, '<uid>')
    .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<suffix>')
    .replace(/^(web-)[a-z0-9]{5}$/, '$1<suffix>')
    .replace(/\(\d+\)/g, '(<n>)');
