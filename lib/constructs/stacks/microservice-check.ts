/**
 * What a {@link MicroserviceStack} refuses: everything the API server would refuse or accept and
 * then never run, checked together so that one synthesis shows all of it.
 */
import type { Construct } from 'constructs';
import { Autoscaler } from '../parts/autoscaler';
import { DisruptionBudget } from '../parts/disruption-budget';
import { Hardening } from '../parts/hardening';
import { HealthProbes } from '../parts/health-probes';
import { checkLabels } from '../parts/labels';
import { checkPlacement } from '../parts/placement';
import { ResourceProfile } from '../parts/resource-profile';
import { RollingUpdate } from '../parts/rolling-update';
import { imageProblem } from '../refusals/image-reference';
import {
  configKeyProblem,
  envNameProblem,
  labelKeyProblem,
  nameProblem,
  portNameProblem,
  subdomainProblem,
} from '../refusals/object-name';
import { checkPlainText } from '../refusals/plain-text-secret';
import { Refusals } from '../refusals/refusal';
import { timeSpanProblem, tryParseSeconds } from '../refusals/time-span';
import { volumeName } from './microservice-container';
import type { MicroserviceStackProps } from './microservice-stack-props';

/** Throws one error that lists everything wrong with the props of a microservice. */
export function checkMicroservice(
  construct: Construct,
  name: string,
  props: MicroserviceStackProps,
): void {
  const refusals = new Refusals(construct);
  refusals.note('name', name, nameProblem(name));
  if (props.namespace !== undefined) {
    refusals.note('namespace', props.namespace, nameProblem(props.namespace));
  }
  refusals.note('image', props.image, imageProblem(props.image));
  (props.resources ?? ResourceProfile.SERVICE).with(props).check(refusals);
  HealthProbes.check(refusals, props);
  RollingUpdate.check(refusals, props);
  checkReplicas(refusals, props);
  checkPorts(refusals, props);
  checkTimes(refusals, props);
  checkConfiguration(refusals, props);
  checkLabels(refusals, props);
  for (const key of Object.keys(props.podAnnotations ?? {})) {
    refusals.note('podAnnotations', key, labelKeyProblem(key));
  }
  checkPod(refusals, props);
  refusals.throwIfAny();
}

function checkReplicas(refusals: Refusals, props: MicroserviceStackProps): void {
  const replicas = props.replicas ?? 3;
  const fewest = props.autoscaling === false ? replicas : (props.minReplicas ?? replicas);
  const whole = Number.isInteger(replicas) && replicas >= 0;
  refusals.require(whole, 'replicas', replicas, 'allowed is a whole number from 0');
  if (props.autoscaling !== false) {
    Autoscaler.check(refusals, { ...props, minReplicas: fewest });
  }
  DisruptionBudget.check(
    refusals,
    {
      replicas: fewest,
      maxUnavailable: props.budgetMaxUnavailable,
      minAvailable: props.budgetMinAvailable,
    },
    (prop) => prop.replace(/maxU|minA/g, (start) => `budgetM${start.slice(1)}`),
  );
}

function checkPorts(refusals: Refusals, props: MicroserviceStackProps): void {
  const { port = 8080, servicePort = 80, probePort = port, extraPorts = {} } = props;
  checkPort(refusals, 'port', port);
  checkPort(refusals, 'servicePort', servicePort);
  for (const [name, number] of Object.entries(extraPorts)) {
    refusals.note('extraPorts', name, portNameProblem(name));
    checkPort(refusals, `extraPorts['${name}']`, number);
  }
  const numbers = [port, ...Object.values(extraPorts)];
  const twice = numbers.filter((number, at) => numbers.indexOf(number) !== at);
  refusals.require(twice.length === 0, 'extraPorts', twice, 'allowed is each port once');
  refusals.require(
    numbers.includes(probePort),
    'probePort',
    probePort,
    `allowed is a port on which the container listens, ${numbers.join(' or ')}; ` +
      "name others in 'extraPorts'",
  );
}

/** Refuses what is no port number. */
export function checkPort(refusals: Refusals, prop: string, port: number): void {
  const valid = Number.isInteger(port) && port >= 1 && port <= 65535;
  refusals.require(valid, prop, port, 'allowed is a port from 1 to 65535');
}

function checkTimes(refusals: Refusals, props: MicroserviceStackProps): void {
  const times = {
    drain: props.drain ?? '5s',
    terminationGracePeriod: props.terminationGracePeriod ?? '30s',
    progressDeadline: props.progressDeadline ?? '10m',
    minReady: props.minReady ?? '0s',
  };
  for (const [prop, span] of Object.entries(times)) {
    refusals.note(prop, span, timeSpanProblem(span));
  }
  const [drain, grace, deadline, minReady] = Object.values(times).map(tryParseSeconds);
  if (drain !== undefined && grace !== undefined) {
    const fits = drain === 0 || drain < grace;
    const allowed = `allowed is less than the terminationGracePeriod, '${times.terminationGracePeriod}'`;
    refusals.require(fits, 'drain', times.drain, allowed);
  }
  if (deadline !== undefined && minReady !== undefined) {
    const allowed = `allowed is more than minReady, '${times.minReady}'`;
    refusals.require(deadline > minReady, 'progressDeadline', times.progressDeadline, allowed);
  }
}

function checkConfiguration(refusals: Refusals, props: MicroserviceStackProps): void {
  for (const key of Object.keys(props.config ?? {})) {
    refusals.note('config', key, configKeyProblem(key));
  }
  checkPlainText(refusals, 'config', props.config);
  checkPlainText(refusals, 'env', props.env);
  const { env, unsafePlainTextEnv, configEnv, secretEnv } = props;
  const names = [env, unsafePlainTextEnv, configEnv, secretEnv].flatMap((variables) =>
    Object.keys(variables ?? {}),
  );
  for (const name of names) refusals.note('env', name, envNameProblem(name));
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  for (const name of twice) {
    refusals.require(false, 'env', name, 'allowed is each variable once, whatever it comes from');
  }
  for (const { secretName, key } of Object.values(props.secretEnv ?? {})) {
    refusals.note('secretEnv', secretName, subdomainProblem(secretName));
    refusals.note('secretEnv', key, configKeyProblem(key));
  }
}

function checkPod(refusals: Refusals, props: MicroserviceStackProps): void {
  const { imagePullPolicy = 'Always' } = props;
  Hardening.check(refusals, props);
  checkPlacement(refusals, props);
  const policies = ['Always', 'IfNotPresent', 'Never'];
  const allowed = `allowed is one of ${policies.join(', ')}`;
  refusals.require(policies.includes(imagePullPolicy), 'imagePullPolicy', imagePullPolicy, allowed);
  checkWritablePaths(refusals, props.writablePaths ?? []);
}

/** Refuses paths that are relative, and paths whose volumes would have the same name. */
export function checkWritablePaths(refusals: Refusals, paths: readonly string[]): void {
  const names = paths.map(volumeName);
  paths.forEach((path, at) => {
    const absolute = path.startsWith('/') && path !== '/';
    refusals.require(absolute, 'writablePaths', path, "allowed is a directory below '/'");
    const first = names.indexOf(volumeName(path)) === at;
    refusals.require(first, 'writablePaths', path, 'allowed is each directory once');
  });
}
