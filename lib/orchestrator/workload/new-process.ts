/** Makes a program out of a container and what its image is like: ports, limits, capacity. */
import type { Container, Handler } from '../api/objects';
import { keyOf } from '../api/object';
import { milliValue, wholeValue } from '../api/quantity';
import type { ContainerConfig } from '../kubelet';
import type { ProgramModel } from './image-behaviour';
import type { Process } from './process';

const DEFAULT_MEMORY_BYTES = 32 * 1024 * 1024;

/** The program of a container that starts now; `nodeCpuMilli` bounds one without a limit. */
export function newProcess(
  config: ContainerConfig,
  model: ProgramModel,
  nodeCpuMilli: number,
  now: number,
): Process {
  const { container, pod, nodeName, podIP, id } = config;
  const limits = container.resources?.limits;
  const cpu = limits?.['cpu'];
  const memory = limits?.['memory'];
  const memoryLimitBytes = memory === undefined ? Infinity : wholeValue(memory);
  const cpuLimitMilli = cpu === undefined ? nodeCpuMilli : milliValue(cpu);
  const ports = model.listens ? portsOf(container, model) : [];
  return {
    containerId: id,
    container,
    containerName: container.name,
    podUid: pod.metadata.uid,
    podKey: keyOf(pod),
    podIP,
    nodeName,
    ports,
    listensFrom: ports.length > 0 ? now + model.startupMs : Infinity,
    listensUntil: Infinity,
    latencyMs: model.latencyMs,
    capacityRps: model.isCpuBound
      ? Math.max(1, cpuLimitMilli - model.baseCpuMilli) / model.cpuMsPerRequest
      : Infinity,
    loadRps: 0,
    model,
    startedAt: now,
    cpuLimitMilli,
    memoryLimitBytes,
    baseMemoryBytes: model.memoryBytes ?? Math.min(DEFAULT_MEMORY_BYTES, memoryLimitBytes / 2),
    terminating: false,
    exitEvent: undefined,
    oomKilled: false,
  };
}

/**
 * The declared ports and the program's own; without either, what the probes take for granted. To
 * declare a port is no duty: one that two probes name is taken to be there, one that a single
 * probe names may as well be a mistake.
 */
function portsOf(container: Container, model: ProgramModel): readonly number[] {
  const declared = (container.ports ?? []).map(({ containerPort }) => containerPort);
  const probed = probedPorts(container);
  const known = [...model.ports, ...declared];
  const agreed = probed.filter((port, at) => probed.indexOf(port) !== at);
  return [...new Set(known.length > 0 ? [...known, ...agreed] : probed)];
}

/** The ports that probes name by number, as often as they do. */
function probedPorts({ startupProbe, livenessProbe, readinessProbe }: Container): number[] {
  return [startupProbe, livenessProbe, readinessProbe]
    .map((probe) => probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port)
    .filter((port): port is number => typeof port === 'number');
}

/** The number of the port that a handler names. */
export function portOf(handler: Handler, container: Container): number {
  const port = handler.httpGet?.port ?? handler.tcpSocket?.port ?? handler.grpc?.port ?? 0;
  if (typeof port === 'number') return port;
  return container.ports?.find(({ name }) => name === port)?.containerPort ?? 0;
}
