/**
 * The container of a {@link StatefulDatabase}, as far as cdk8s-plus can express it.
 */
import type { ContainerProps, ImagePullPolicy } from 'cdk8s-plus-27';
import { EnvValue, Secret } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { Hardening } from '../parts/hardening';
import { HealthProbes } from '../parts/health-probes';
import type { ResourceProfile } from '../parts/resource-profile';
import { writableMounts } from './microservice-container';
import type { StatefulDatabaseProps } from './stateful-database-props';

/** What a database has settled on before its container is made. */
export interface DatabaseIdentity {
  readonly name: string;
  readonly port: number;
  readonly passwordSecret: string;
  readonly passwordKey: string;
  readonly credentials?: Secret;
}

/** The container of a database. */
export function databaseContainer(
  scope: Construct,
  identity: DatabaseIdentity,
  profile: ResourceProfile,
  props: StatefulDatabaseProps,
): ContainerProps {
  const probes = postgresProbes(identity.port, props);
  return {
    name: identity.name,
    image: props.image ?? 'postgres:16',
    imagePullPolicy: (props.imagePullPolicy ?? 'Always') as ImagePullPolicy,
    command: props.command,
    args: props.args,
    ports: [{ name: 'db', number: identity.port }],
    envVariables: envVariables(scope, identity, props),
    liveness: props.liveness ?? probes.liveness,
    readiness: props.readiness ?? probes.readiness,
    startup: props.startup,
    resources: profile.toContainerResources(),
    securityContext: Hardening.toSecurityContext(props),
    volumeMounts: writableMounts(scope, props.writablePaths ?? ['/tmp', '/var/run/postgresql']),
  };
}

function postgresProbes(port: number, props: StatefulDatabaseProps): HealthProbes {
  const server = ['-q', '-h', '127.0.0.1', '-p', String(port)];
  const account = ['-U', props.databaseUser ?? 'postgres', '-d', props.databaseName ?? 'app'];
  // pg_isready exits with 1 while the server starts or recovers and with 2 when nothing answers:
  // only the latter is a reason to restart it.
  const alive = ['sh', '-c', `pg_isready ${server.join(' ')}; test $? -lt 2`];
  const ready = ['pg_isready', ...server, ...account];
  return HealthProbes.command(alive, ready, { probeTimeout: '5s', ...props });
}

function envVariables(scope: Construct, identity: DatabaseIdentity, props: StatefulDatabaseProps) {
  const { credentials, passwordSecret, passwordKey: key } = identity;
  const secret = credentials ?? Secret.fromSecretName(scope, 'PasswordSecret', passwordSecret);
  const dataPath = props.dataPath ?? '/var/lib/postgresql/data';
  const plain = {
    POSTGRES_DB: props.databaseName ?? 'app',
    POSTGRES_USER: props.databaseUser ?? 'postgres',
    // A directory below the mount: the mount itself belongs to root and may hold lost+found.
    PGDATA: `${dataPath}/pgdata`,
    ...props.env,
  };
  const variables: { [name: string]: EnvValue } = {};
  for (const [name, value] of Object.entries(plain)) variables[name] = EnvValue.fromValue(value);
  const password = EnvValue.fromSecretValue({ secret, key });
  variables[props.passwordVariable ?? 'POSTGRES_PASSWORD'] = password;
  return variables;
}
