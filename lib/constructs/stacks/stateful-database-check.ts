/**
 * What a {@link StatefulDatabase} refuses: everything the API server would refuse or accept and then
 * never run, and a password for everybody to read.
 */
import type { Construct } from 'constructs';
import { DisruptionBudget } from '../parts/disruption-budget';
import { Hardening } from '../parts/hardening';
import { HealthProbes } from '../parts/health-probes';
import { checkLabels } from '../parts/labels';
import { checkPlacement } from '../parts/placement';
import { ResourceProfile } from '../parts/resource-profile';
import { imageProblem } from '../refusals/image-reference';
import {
  configKeyProblem,
  envNameProblem,
  nameProblem,
  subdomainProblem,
} from '../refusals/object-name';
import { checkPlainText } from '../refusals/plain-text-secret';
import { quantityProblem, tryParseQuantity } from '../refusals/quantity';
import { Refusals } from '../refusals/refusal';
import { timeSpanProblem } from '../refusals/time-span';
import { checkPort, checkWritablePaths } from './microservice-check';
import type { DatabaseIdentity } from './stateful-database-container';
import type { StatefulDatabaseProps } from './stateful-database-props';

// Pods are named after the set and an ordinal, and their revision label after the set and a hash of
// ten digits; both must fit a label's 63 characters.
const MAX_NAME = 52;

/** Throws one error that lists everything wrong with the props of a database. */
export function checkDatabase(
  construct: Construct,
  identity: DatabaseIdentity,
  props: StatefulDatabaseProps,
): void {
  const refusals = new Refusals(construct);
  refusals.note('name', identity.name, nameProblem(identity.name, MAX_NAME));
  if (props.namespace !== undefined) {
    refusals.note('namespace', props.namespace, nameProblem(props.namespace));
  }
  const { image = 'postgres:16', terminationGracePeriod = '2m' } = props;
  refusals.note('image', image, imageProblem(image));
  checkPort(refusals, 'port', identity.port);
  refusals.note(
    'terminationGracePeriod',
    terminationGracePeriod,
    timeSpanProblem(terminationGracePeriod),
  );
  Hardening.check(refusals, props);
  checkPlacement(refusals, props);
  (props.resources ?? ResourceProfile.SERVICE).with(props).check(refusals);
  HealthProbes.check(refusals, props);
  checkReplicas(refusals, props);
  checkStorage(refusals, props);
  checkPassword(refusals, identity, props);
  checkLabels(refusals, props);
  checkWritablePaths(refusals, props.writablePaths ?? []);
  refusals.throwIfAny();
}

function checkReplicas(refusals: Refusals, props: StatefulDatabaseProps): void {
  const { replicas = 1 } = props;
  const whole = Number.isInteger(replicas) && replicas >= 0;
  refusals.require(whole, 'replicas', replicas, 'allowed is a whole number from 0');
  const { podManagementPolicy: policy = 'OrderedReady' } = props;
  const known = ['OrderedReady', 'Parallel'].includes(policy);
  const allowed = 'allowed is one of OrderedReady, Parallel';
  refusals.require(known, 'podManagementPolicy', policy, allowed);
  DisruptionBudget.check(
    refusals,
    {
      replicas,
      maxUnavailable: props.budgetMaxUnavailable,
      minAvailable: props.budgetMinAvailable,
    },
    (prop) => prop.replace(/maxU|minA/g, (start) => `budgetM${start.slice(1)}`),
  );
}

function checkStorage(refusals: Refusals, props: StatefulDatabaseProps): void {
  const { storage = '10Gi', accessMode = 'ReadWriteOnce' } = props;
  const bytes = tryParseQuantity(storage);
  if (bytes === undefined) refusals.note('storage', storage, quantityProblem(storage));
  else
    refusals.require(bytes > 0, 'storage', storage, "allowed is more than nothing, such as '10Gi'");
  const modes = ['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany', 'ReadOnlyMany'];
  const allowed = `allowed is one of ${modes.join(', ')}`;
  refusals.require(modes.includes(accessMode), 'accessMode', accessMode, allowed);
}

function checkPassword(
  refusals: Refusals,
  identity: DatabaseIdentity,
  props: StatefulDatabaseProps,
): void {
  const { passwordSecret, passwordKey } = identity;
  refusals.note('passwordSecret', passwordSecret, subdomainProblem(passwordSecret));
  refusals.note('passwordKey', passwordKey, configKeyProblem(passwordKey));
  const named = props.unsafePlainTextPassword !== '';
  refusals.require(named, 'unsafePlainTextPassword', '', 'allowed is a password');
  for (const name of Object.keys(props.env ?? {})) {
    refusals.note('env', name, envNameProblem(name));
  }
  checkPlainText(
    refusals,
    'env',
    props.env,
    "name its Secret with 'passwordSecret', or ask for it by name with 'unsafePlainTextPassword'",
  );
}
