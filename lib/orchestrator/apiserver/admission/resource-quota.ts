/** ResourceQuota: refuses what a namespace's quotas do not leave room for, and counts what they do. */
import { addQuantities, compareQuantities } from '../../api/quantity';
import type { KubeObject } from '../../api/object';
import { keyOf } from '../../api/object';
import type { Container, PodSpec, ResourceQuota } from '../../api/objects';
import { forbiddenError } from '../../api/status-error';
import { refOf, resourceNameOf } from '../resource-registry';
import type { AdmissionContext, AdmissionRequest, AdmissionStep } from './admission';
import { inScope, quotaUsage, type Usage } from '../../api/quota-usage';

const REQUIRED_OF_PODS = [
  'cpu',
  'memory',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
];

export const resourceQuota: AdmissionStep = {
  name: 'ResourceQuota',
  verbs: ['create'],
  validate(request, server) {
    if (!request.kind.namespaced || request.kind.kind === 'Event') return;
    const quotas = quotasOf(request.namespace, server);
    if (quotas.length === 0) return;
    const resource = resourceNameOf(request.kind);
    const object = request.draft as unknown as KubeObject;
    const usage = quotaUsage(resource, object);
    const counted: [ResourceQuota, Usage][] = [];
    for (const quota of quotas) {
      if (!inScope(quota.spec.scopes, resource, object)) continue;
      const used = charge(request, quota, usage, resource);
      if (used !== undefined) counted.push([quota, used]);
    }
    if (request.dryRun) return;
    const kind = server.registry.kind('resourcequotas');
    for (const [quota, used] of counted) {
      const status = { ...quota.status, used };
      server.commit(request.requester, kind, keyOf(quota), { ...quota, status } as ResourceQuota);
    }
  },
};

function quotasOf(namespace: string | undefined, server: AdmissionContext): ResourceQuota[] {
  const found: ResourceQuota[] = [];
  for (const object of server.store.objects('resourcequotas').values()) {
    if (object.metadata.namespace === namespace) found.push(object as ResourceQuota);
  }
  return found.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** What the quota has used after this object; undefined if the object is none of its business. */
function charge(
  request: AdmissionRequest,
  quota: ResourceQuota,
  usage: Usage,
  resource: string,
): Usage | undefined {
  const hard = quota.status?.hard ?? {};
  const limited = Object.keys(quota.spec.hard ?? {}).filter(
    (name) => usage[name] !== undefined || (resource === 'pods' && REQUIRED_OF_PODS.includes(name)),
  );
  if (limited.length === 0) return undefined;
  if (resource === 'pods') requireResources(request, quota, limited);
  const used: Usage = { ...quota.status?.used };
  const unknown = limited
    .filter((name) => hard[name] === undefined || used[name] === undefined)
    .sort();
  if (unknown.length > 0) {
    refuse(
      request,
      `status unknown for quota: ${quota.metadata.name}, resources: ${unknown.join(',')}`,
    );
  }
  const exceeded: string[] = [];
  const next: Usage = { ...used };
  for (const name of limited.sort()) {
    const requested = usage[name];
    if (requested === undefined) continue;
    next[name] = addQuantities(used[name]!, requested);
    if (compareQuantities(next[name]!, hard[name]!) > 0) exceeded.push(name);
  }
  if (exceeded.length > 0) {
    const print = (list: Readonly<Record<string, string>>): string =>
      exceeded.map((name) => `${name}=${list[name]}`).join(',');
    refuse(
      request,
      `exceeded quota: ${quota.metadata.name}, requested: ${print(usage)}, ` +
        `used: ${print(used)}, limited: ${print(hard)}`,
    );
  }
  return next;
}

/** A quota on cpu or memory obliges every container to say how much it wants. */
function requireResources(
  request: AdmissionRequest,
  quota: ResourceQuota,
  limited: readonly string[],
): void {
  const spec = request.draft!['spec'] as PodSpec;
  const missing = new Map<string, string[]>();
  for (const name of REQUIRED_OF_PODS.filter((n) => limited.includes(n))) {
    const containers = [...spec.containers, ...(spec.initContainers ?? [])]
      .filter((container) => !says(container, name))
      .map((container) => container.name);
    if (containers.length > 0) missing.set(name, containers.sort());
  }
  if (missing.size === 0) return;
  const texts = [...missing].map(([name, containers]) => `${name} for: ${containers.join(',')}`);
  refuse(request, `failed quota: ${quota.metadata.name}: must specify ${texts.sort().join('; ')}`);
}

function says(container: Container, name: string): boolean {
  const [kind, resource] = name.includes('.') ? name.split('.') : ['requests', name];
  return container.resources?.[kind as 'requests' | 'limits']?.[resource!] !== undefined;
}

function refuse(request: AdmissionRequest, why: string): never {
  throw forbiddenError(refOf(request.kind), request.name, why);
}
