/**
 * What an object uses of the resources that a ResourceQuota can count, for admission and for the
 * controller alike. Stands for pkg/quota/v1/evaluator.
 */
import { addQuantities, fromMilli, milliValue } from './quantity';
import type { KubeObject } from './object';
import type { PersistentVolumeClaim, Pod, PodSpec, ResourceList, Service } from './objects';

export type Usage = Record<string, string>;

const CORE_COUNTS = new Set([
  'pods',
  'services',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'resourcequotas',
]);

/** @param resource `pods`, `deployments.apps` */
export function quotaUsage(resource: string, object: KubeObject): Usage {
  const usage: Usage = { [`count/${resource}`]: '1' };
  if (resource === 'pods') {
    if (!countsForCompute(object as Pod)) return usage;
    return { ...usage, pods: '1', ...computeUsage((object as Pod).spec) };
  }
  if (CORE_COUNTS.has(resource)) usage[resource] = '1';
  if (resource === 'services') Object.assign(usage, serviceUsage(object as Service));
  if (resource === 'persistentvolumeclaims') {
    Object.assign(usage, claimUsage(object as PersistentVolumeClaim));
  }
  return usage;
}

const countsForCompute = (pod: Pod): boolean =>
  pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';

function computeUsage(spec: PodSpec): Usage {
  const usage: Usage = {};
  for (const [name, value] of Object.entries(podTotal(spec, 'requests'))) {
    usage[`requests.${name}`] = value;
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage') usage[name] = value;
  }
  for (const [name, value] of Object.entries(podTotal(spec, 'limits'))) {
    usage[`limits.${name}`] = value;
  }
  return usage;
}

/** Sum over containers and sidecars, or the largest init container if that is more. */
export function podTotal(spec: PodSpec, kind: 'requests' | 'limits'): ResourceList {
  const sum: Record<string, string> = {};
  const most: Record<string, string> = {};
  for (const container of spec.containers) add(sum, container.resources?.[kind]);
  const sidecars: Record<string, string> = {};
  for (const init of spec.initContainers ?? []) {
    const own = init.resources?.[kind] ?? {};
    if (init.restartPolicy === 'Always') {
      add(sum, own);
      add(sidecars, own);
      raise(most, sidecars);
    } else {
      const together = { ...sidecars };
      add(together, own);
      raise(most, together);
    }
  }
  raise(sum, most);
  if (kind === 'requests') add(sum, spec.overhead);
  return sum;
}

function add(into: Record<string, string>, list: ResourceList | undefined): void {
  for (const [name, value] of Object.entries(list ?? {})) {
    into[name] = into[name] === undefined ? value : addQuantities(into[name]!, value);
  }
}

function raise(into: Record<string, string>, list: ResourceList): void {
  for (const [name, value] of Object.entries(list)) {
    if (into[name] === undefined || milliValue(into[name]!) < milliValue(value)) into[name] = value;
  }
}

function serviceUsage(service: Service): Usage {
  const { type, ports } = service.spec;
  const nodePorts = (ports ?? []).filter((p) => p.nodePort !== undefined).length;
  return {
    'services.nodeports': type === 'ClusterIP' ? '0' : fromMilli(nodePorts * 1000),
    'services.loadbalancers': type === 'LoadBalancer' ? '1' : '0',
  };
}

function claimUsage(claim: PersistentVolumeClaim): Usage {
  const size = claim.spec.resources.requests?.['storage'] ?? '0';
  const usage: Usage = { 'requests.storage': size };
  const className = claim.spec.storageClassName;
  if (className) {
    usage[`${className}.storageclass.storage.k8s.io/requests.storage`] = size;
    usage[`${className}.storageclass.storage.k8s.io/persistentvolumeclaims`] = '1';
  }
  return usage;
}

/** Whether the quota's scopes take in the pod; quotas without scopes take in everything. */
export function inScope(
  scopes: readonly string[] | undefined,
  resource: string,
  object: KubeObject,
): boolean {
  if (scopes === undefined || scopes.length === 0) return true;
  if (resource !== 'pods') return false;
  const pod = object as Pod;
  return scopes.every((scope) => {
    switch (scope) {
      case 'Terminating':
        return pod.spec.activeDeadlineSeconds !== undefined;
      case 'NotTerminating':
        return pod.spec.activeDeadlineSeconds === undefined;
      case 'BestEffort':
        return pod.status?.qosClass === 'BestEffort';
      case 'NotBestEffort':
        return pod.status?.qosClass !== 'BestEffort';
      case 'PriorityClass':
        return Boolean(pod.spec.priorityClassName);
      default:
        return true;
    }
  });
}
