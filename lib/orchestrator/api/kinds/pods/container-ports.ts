/** Validation of containers' ports: names, numbers, protocols, and host ports that collide. */
import type { FieldError } from '../../field-error';
import { duplicate, invalid, notSupported, required } from '../../field-error';
import { isPortName, isPortNumber } from '../../name-formats';
import { invalidFor } from '../fields/field-validation';
import type { DraftContainer, DraftPodSpec, DraftPort } from './pod-spec-draft';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export function containerPortErrors(ports: readonly DraftPort[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  ports.forEach((port, index) => {
    const field = `${path}[${index}]`;
    const { name = '', containerPort = 0, hostPort = 0, protocol = '' } = port;
    if (name !== '') {
      const messages = isPortName(name);
      if (messages.length > 0) errors.push(...invalidFor(`${field}.name`, name, messages));
      else if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
      else names.add(name);
    }
    if (containerPort === 0) errors.push(required(`${field}.containerPort`));
    else
      errors.push(
        ...invalidFor(`${field}.containerPort`, containerPort, isPortNumber(containerPort)),
      );
    if (hostPort !== 0)
      errors.push(...invalidFor(`${field}.hostPort`, hostPort, isPortNumber(hostPort)));
    if (protocol === '') errors.push(required(`${field}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) {
      errors.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS));
    }
  });
  return errors;
}

/** Host ports that two of these containers claim on the same address. */
export function hostPortConflicts(
  containers: readonly DraftContainer[],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  containers.forEach((container, index) => {
    (container.ports ?? []).forEach(({ hostPort, hostIP = '', protocol = '' }, portIndex) => {
      if (!hostPort) return;
      const claim = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(claim)) {
        errors.push(duplicate(`${path}[${index}].ports[${portIndex}].hostPort`, claim));
      }
      taken.add(claim);
    });
  });
  return errors;
}

/** On the host's network a container's port is the host's. Templates may leave the host's out. */
export function hostNetworkPortErrors(
  spec: DraftPodSpec,
  path: string,
  isPod: boolean,
): FieldError[] {
  if (spec.hostNetwork !== true) return [];
  const errors: FieldError[] = [];
  (spec.containers ?? []).forEach((container, index) => {
    (container.ports ?? []).forEach(({ hostPort = 0, containerPort = 0 }, portIndex) => {
      if ((!isPod && hostPort === 0) || hostPort === containerPort) return;
      const field = `${path}.containers[${index}].ports[${portIndex}].hostPort`;
      const why = 'must match `containerPort` when `hostNetwork` is true';
      errors.push(invalid(field, hostPort, why));
    });
  });
  return errors;
}
