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

/** The declared ports and the program's own; without either, what the probes take for granted. */
function portsOf(container: Container, model: ProgramModel): readonly number[] {
  const declared = container.ports;
  if ((declared?.length ?? 0) > 0 || model.ports.length > 0) {
    const ports = [...model.ports];
    for (const { containerPort } of declared ?? []) {
      if (!ports.includes(containerPort)) ports.push(containerPort);
    }
    return ports;
  }
  const probed: number[] = [];
  const { startupProbe, livenessProbe, readinessProbe } = container;
  for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
    const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
    if (typeof port === 'number' && !probed.includes(port)) probed.push(port);
  }
  return probed;
}

/** The number of the port that a handler names. */
export function portOf(handler: Handler, container: Container): number {
  const port = handler.httpGet?.port ?? handler.tcpSocket?.port ?? handler.grpc?.port ?? 0;
  if (typeof port === 'number') return port;
  return container.ports?.find(({ name }) => name === port)?.containerPort ?? 0;
}
