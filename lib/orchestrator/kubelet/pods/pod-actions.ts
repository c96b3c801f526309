/**
 * Decides what a sync of a pod has to do with its containers: which to kill, which to start.
 * Stands for kuberuntime's computePodActions.
 */
import {
  hasStartedApps,
  isInitialized,
  mayRestart,
  seemsRunning,
  type ContainerRecord,
  type PodRecord,
} from './pod-record';

/** Containers that failed a probe or whose image was changed in the pod's spec. */
export function containersToKill(record: PodRecord): ContainerRecord[] | undefined {
  let found: ContainerRecord[] | undefined;
  for (const container of record.containers) {
    if (!container.running || container.kill !== undefined) continue;
    if (container.killBecause === undefined && container.runningImage !== container.spec.image) {
      container.killBecause = `Container ${container.spec.name} definition changed, will be restarted`;
    }
    if (container.killBecause !== undefined) (found ??= []).push(container);
  }
  return found;
}

/** Indexes of the containers that this sync has to start, in order. */
export function containersToStart(record: PodRecord): number[] {
  const todo: number[] = [];
  const appsStarted = hasStartedApps(record);
  for (const container of record.containers) {
    if (container.role === 'app') {
      if (wantsStart(record, container)) todo.push(container.index);
      continue;
    }
    if (container.role === 'init') {
      if (appsStarted || isInitialized(container)) continue;
      if (wantsStart(record, container)) todo.push(container.index);
      return todo;
    }
    if (wantsStart(record, container)) {
      todo.push(container.index);
      if (!appsStarted) return todo;
    } else if (!appsStarted && !container.started) {
      return todo;
    }
  }
  return todo;
}

/** Every regular container has ended for good, and only sidecars are left. */
export function onlySidecarsLeft(record: PodRecord): boolean {
  let sidecars = false;
  for (const container of record.containers) {
    if (container.role === 'sidecar') sidecars ||= seemsRunning(container);
    else if (container.role === 'app') {
      if (!container.endSeen || mayRestart(record, container)) return false;
    }
  }
  return sidecars;
}

/** Never started, ended and to be restarted, or just killed by this very sync. */
function wantsStart(record: PodRecord, container: ContainerRecord): boolean {
  if (container.running) return false;
  if (container.id === '' || (container.role === 'init' && !container.inSandbox)) return true;
  if (container.endSeen) return mayRestart(record, container);
  if (container.killBecause === undefined) return false;
  return container.role === 'sidecar' || record.pod.spec.restartPolicy !== 'Never';
}
