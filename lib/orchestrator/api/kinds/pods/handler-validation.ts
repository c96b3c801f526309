/** Validation of probes and lifecycle hooks: one handler invalidFor, and sensible times. */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, notSupported, required } from '../../field-error';
import type { IntOrString } from '../../int-or-string';
import { isPortName, isPortNumber } from '../../name-formats';
import { invalidFor, nonNegativeNumber } from '../fields/field-validation';
import type {
  DraftContainer,
  DraftHandler,
  DraftLifecycle,
  DraftPodSpec,
  DraftProbe,
} from './pod-spec-draft';

const HTTP_HEADER = /^[-A-Za-z0-9]+$/;
const HTTP_HEADER_MESSAGE =
  "a valid HTTP header must consist of alphanumeric characters or '-' " +
  "(e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";

/** The three probes and the hooks of a container that may have them. */
export function handlersErrors(
  container: DraftContainer,
  spec: DraftPodSpec,
  path: string,
): FieldError[] {
  const grace = spec.terminationGracePeriodSeconds;
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  const errors: FieldError[] = [];
  if (lifecycle) errors.push(...lifecycleErrors(lifecycle, spec, `${path}.lifecycle`));
  if (livenessProbe) {
    errors.push(...probeErrors(livenessProbe, grace, `${path}.livenessProbe`));
    errors.push(...oneSuccess(livenessProbe, `${path}.livenessProbe`));
  }
  if (readinessProbe) {
    const field = `${path}.readinessProbe`;
    errors.push(...probeErrors(readinessProbe, grace, field));
    const own = readinessProbe.terminationGracePeriodSeconds;
    if (typeof own === 'number') {
      const why = 'must not be set for readinessProbes';
      errors.push(invalid(`${field}.terminationGracePeriodSeconds`, own, why));
    }
  }
  if (startupProbe) {
    errors.push(...probeErrors(startupProbe, grace, `${path}.startupProbe`));
    errors.push(...oneSuccess(startupProbe, `${path}.startupProbe`));
  }
  return errors;
}

const oneSuccess = ({ successThreshold = 0 }: DraftProbe, path: string): FieldError[] =>
  successThreshold === 1
    ? []
    : [invalid(`${path}.successThreshold`, successThreshold, 'must be 1')];

function probeErrors(probe: DraftProbe, grace: number | undefined, path: string): FieldError[] {
  const own = probe.terminationGracePeriodSeconds;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  return [
    ...handlerErrors({ exec, httpGet, tcpSocket, grpc }, grace, path),
    ...nonNegativeNumber(probe.initialDelaySeconds, `${path}.initialDelaySeconds`),
    ...nonNegativeNumber(probe.timeoutSeconds, `${path}.timeoutSeconds`),
    ...nonNegativeNumber(probe.periodSeconds, `${path}.periodSeconds`),
    ...nonNegativeNumber(probe.successThreshold, `${path}.successThreshold`),
    ...nonNegativeNumber(probe.failureThreshold, `${path}.failureThreshold`),
    ...(typeof own === 'number' && own <= 0
      ? [invalid(`${path}.terminationGracePeriodSeconds`, own, 'must be greater than 0')]
      : []),
  ];
}

function lifecycleErrors(
  lifecycle: DraftLifecycle,
  spec: DraftPodSpec,
  path: string,
): FieldError[] {
  const grace = spec.terminationGracePeriodSeconds;
  const errors: FieldError[] = [];
  for (const hook of ['postStart', 'preStop'] as const) {
    const handler = lifecycle[hook];
    if (!handler) continue;
    const { exec, httpGet, tcpSocket, sleep } = handler;
    errors.push(...handlerErrors({ exec, httpGet, tcpSocket, sleep }, grace, `${path}.${hook}`));
  }
  return errors;
}

function handlerErrors(
  handler: DraftHandler,
  grace: number | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  const check = <T>(
    name: string,
    value: T | undefined,
    rule: (value: T, field: string) => FieldError[],
  ): void => {
    if (value === undefined || value === null) return;
    const field = `${path}.${name}`;
    if (count > 0) errors.push(forbidden(field, 'may not specify more than 1 handler type'));
    else errors.push(...rule(value, field));
    count++;
  };
  check('exec', handler.exec, ({ command = [] }, field) =>
    command.length === 0 ? [required(`${field}.command`)] : [],
  );
  check('httpGet', handler.httpGet, httpGetErrors);
  check('tcpSocket', handler.tcpSocket, ({ port }, field) => portErrors(port, `${field}.port`));
  check('grpc', handler.grpc, ({ port }, field) => portErrors(port, `${field}.port`));
  check('sleep', handler.sleep, ({ seconds = 0 }, field) => {
    if (grace === undefined || (seconds >= 0 && seconds <= grace)) return [];
    const why = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
    return [invalid(field, seconds, why)];
  });
  if (count === 0) errors.push(required(path, 'must specify a handler type'));
  return errors;
}

function httpGetErrors(get: NonNullable<DraftHandler['httpGet']>, path: string): FieldError[] {
  const errors = get.path ? [] : [required(`${path}.path`)];
  errors.push(...portErrors(get.port, `${path}.port`));
  const { scheme = '' } = get;
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') {
    errors.push(notSupported(`${path}.scheme`, scheme, ['HTTP', 'HTTPS']));
  }
  for (const { name = '' } of get.httpHeaders ?? []) {
    if (HTTP_HEADER.test(name)) continue;
    errors.push(invalid(`${path}.httpHeaders`, name, HTTP_HEADER_MESSAGE));
  }
  return errors;
}

/** A port by number or by the name that a container gives it. */
export function portErrors(port: IntOrString | undefined, path: string): FieldError[] {
  if (typeof port === 'string') return invalidFor(path, port, isPortName(port));
  return invalidFor(path, port ?? 0, isPortNumber(port ?? 0));
}
