/**
 * The container of a {@link MicroserviceStack}, as far as cdk8s-plus can express it.
 */
import type { ConfigMap, ContainerProps, ImagePullPolicy } from 'cdk8s-plus-27';
import { Env, EnvValue, Secret, Volume } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { Hardening } from '../parts/hardening';
import { HealthProbes } from '../parts/health-probes';
import type { ResourceProfile } from '../parts/resource-profile';
import type { MicroserviceStackProps } from './microservice-stack-props';

/** The container of a microservice. */
export function microserviceContainer(
  scope: Construct,
  name: string,
  configMaps: readonly ConfigMap[],
  profile: ResourceProfile,
  props: MicroserviceStackProps,
): ContainerProps {
  const port = props.port ?? 8080;
  const probes = HealthProbes.http(props.probePort ?? port, props);
  return {
    name,
    image: props.image,
    imagePullPolicy: (props.imagePullPolicy ?? 'Always') as ImagePullPolicy,
    command: props.command,
    args: props.args,
    ports: Object.entries(containerPorts(props)).map(([name, number]) => ({ name, number })),
    envFrom: configMaps.map((configMap) => Env.fromConfigMap(configMap)),
    envVariables: envVariables(scope, props),
    liveness: props.liveness ?? probes.liveness,
    readiness: props.readiness ?? probes.readiness,
    startup: props.startup,
    resources: profile.toContainerResources(),
    securityContext: Hardening.toSecurityContext(props),
    volumeMounts: writableMounts(scope, props.writablePaths ?? ['/tmp']),
  };
}

/** The ports on which a microservice listens, by name. */
export function containerPorts(props: MicroserviceStackProps): { [name: string]: number } {
  return { http: props.port ?? 8080, ...props.extraPorts };
}

/** An empty directory for every path that a container may write to. */
export function writableMounts(scope: Construct, paths: readonly string[]) {
  return paths.map((path) => {
    const name = volumeName(path);
    return { path, volume: Volume.fromEmptyDir(scope, `Volume-${name}`, name) };
  });
}

/** The name of the volume behind a writable path: `/var/run` becomes `var-run`. */
export function volumeName(path: string): string {
  const name = path.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return name.replace(/^-|-$/g, '').slice(0, 63) || 'root';
}

function envVariables(scope: Construct, props: MicroserviceStackProps) {
  const variables: { [name: string]: EnvValue } = {};
  for (const [name, value] of Object.entries({ ...props.env, ...props.unsafePlainTextEnv })) {
    variables[name] = EnvValue.fromValue(value);
  }
  for (const [name, { configMap, key }] of Object.entries(props.configEnv ?? {})) {
    variables[name] = EnvValue.fromConfigMap(configMap, key);
  }
  for (const [name, { secretName, key }] of Object.entries(props.secretEnv ?? {})) {
    const id = `Secret-${secretName}`;
    const known = scope.node.tryFindChild(id) as Secret | undefined;
    const secret = known ?? Secret.fromSecretName(scope, id, secretName);
    variables[name] = EnvValue.fromSecretValue({ secret, key });
  }
  return variables;
}
