/**
 * What an API server keeps for its own running, and shows: which group versions it serves
 * (APIServices), and how it shares itself among who asks (FlowSchemas, priority levels).
 *
 * FIDELITY: only a served cluster has them; nothing follows from them, for requests are not held
 * up here, and groups that custom resources add get no APIService.
 */
import type { NewObject } from '../api/object';
import data from '../api/schema/own-objects.json';
import { formatTime } from '../api/timestamps';
import type { ApiServer } from '../apiserver/api-server';
import { bootstrapper } from './bootstrap';

interface OwnObjects {
  /** The least priority of the group and the priority of the version, by the service's name. */
  readonly apiServices: Readonly<Record<string, readonly number[]>>;
  /** Specs by name. */
  readonly flowSchemas: Readonly<Record<string, { priorityLevelConfiguration: { name: string } }>>;
  readonly priorityLevels: Readonly<Record<string, object>>;
}

const own: OwnObjects = data;
const REGISTRATION = 'apiregistration.k8s.io';
const FLOW_CONTROL = 'flowcontrol.apiserver.k8s.io';

/** Creates those that are not there yet. */
export function createOwnObjects(api: ApiServer): void {
  const now = formatTime(api.clock.wallMs);
  const create = (resource: string, object: NewObject): void => {
    if (api.tryGet(resource, undefined, object.metadata.name!) !== undefined) return;
    const created = api.create(bootstrapper, resource, undefined, object);
    const { status } = object as { status?: object };
    if (status !== undefined) api.updateStatus(bootstrapper, resource, { ...created, status });
  };
  for (const [name, spec] of Object.entries(own.priorityLevels)) {
    const resource = `prioritylevelconfigurations.${FLOW_CONTROL}`;
    create(resource, flowControl('PriorityLevelConfiguration', name, spec));
  }
  for (const [name, spec] of Object.entries(own.flowSchemas)) {
    const level = spec.priorityLevelConfiguration.name;
    const status = { conditions: [notDangling(level, now)] };
    create(`flowschemas.${FLOW_CONTROL}`, flowControl('FlowSchema', name, spec, status));
  }
  for (const [name, [groupPriorityMinimum = 0, versionPriority = 0]] of Object.entries(
    own.apiServices,
  )) {
    const [, version, group] = /^([^.]+)\.(.*)$/.exec(name)!;
    const named = group === '' ? {} : { group };
    const spec = { ...named, groupPriorityMinimum, version, versionPriority };
    create(`apiservices.${REGISTRATION}`, apiService(name, spec, LOCAL, now));
  }
  if (!api.registry.hasGroup('metrics.k8s.io')) return;
  const service = { name: 'metrics-server', namespace: 'kube-system', port: 443 };
  const [group, version] = ['metrics.k8s.io', 'v1beta1'];
  const priorities = { groupPriorityMinimum: 100, versionPriority: 100 };
  const spec = { service, group, version, insecureSkipTLSVerify: true, ...priorities };
  create(`apiservices.${REGISTRATION}`, apiService(`${version}.${group}`, spec, PASSED, now));
}

const LOCAL = { reason: 'Local', message: 'Local APIServices are always available' };
const PASSED = { reason: 'Passed', message: 'all checks passed' };

function apiService(
  name: string,
  spec: object,
  { reason, message }: typeof LOCAL,
  lastTransitionTime: string,
): NewObject {
  const labels = { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' };
  const available = { lastTransitionTime, message, reason, status: 'True', type: 'Available' };
  return {
    apiVersion: `${REGISTRATION}/v1`,
    kind: 'APIService',
    metadata: reason === LOCAL.reason ? { name, labels } : { name },
    spec,
    status: { conditions: [available] },
  } as NewObject;
}

const flowControl = (kind: string, name: string, spec: object, status?: object): NewObject =>
  ({
    apiVersion: `${FLOW_CONTROL}/v1`,
    kind,
    metadata: { name, annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } },
    spec,
    ...(status === undefined ? {} : { status }),
  }) as NewObject;

const notDangling = (level: string, lastTransitionTime: string): object => ({
  lastTransitionTime,
  message: `This FlowSchema references the PriorityLevelConfiguration object named "${level}" and it exists`,
  reason: 'Found',
  status: 'False',
  type: 'Dangling',
});
