/** `kubectl describe pod`. */
import { controllerOf, type KubeObject } from '../../orchestrator/api/object';
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  Probe,
  Toleration,
  Volume,
} from '../../orchestrator/api/objects';
import type { Invocation } from '../invocation';
import { dateText, eventLines, mapLines } from './parts';

export function describePod(invocation: Invocation, object: KubeObject): string[] {
  const pod = object as Pod;
  const { metadata, spec, status } = pod;
  const owner = controllerOf(pod);
  const ips = status.podIPs ?? [];
  const initContainers = spec.initContainers ?? [];
  return [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace}`,
    `Priority:\t${spec.priority ?? 0}`,
    ...(spec.priorityClassName ? [`Priority Class Name:\t${spec.priorityClassName}`] : []),
    `Service Account:\t${spec.serviceAccountName ?? 'default'}`,
    `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'}`,
    ...(status.startTime ? [`Start Time:\t${dateText(status.startTime)}`] : []),
    ...mapLines('Labels:', metadata.labels),
    ...mapLines('Annotations:', metadata.annotations, ': '),
    ...statusLines(pod),
    `IP:\t${status.podIP ?? ''}`,
    ...(ips.length === 0 ? ['IPs:\t<none>'] : ['IPs:', ...ips.map(({ ip }) => `  IP:\t${ip}`)]),
    ...(owner === undefined ? [] : [`Controlled By:\t${owner.kind}/${owner.name}`]),
    ...containerSection('Init Containers:', initContainers, status.initContainerStatuses),
    ...containerSection('Containers:', spec.containers, status.containerStatuses),
    ...conditionLines(pod),
    ...volumeLines(spec.volumes ?? []),
    `QoS Class:\t${status.qosClass ?? ''}`,
    ...mapLines('Node-Selectors:', spec.nodeSelector),
    ...tolerationLines(spec.tolerations ?? []),
    ...eventLines(invocation, object),
  ];
}

function statusLines({ metadata, status }: Pod): string[] {
  const leaving = metadata.deletionTimestamp;
  return [
    leaving === undefined
      ? `Status:\t${status.phase}`
      : `Status:\tTerminating (since ${dateText(leaving)})`,
    ...(status.reason ? [`Reason:\t${status.reason}`] : []),
    ...(status.message ? [`Message:\t${status.message}`] : []),
  ];
}

function containerSection(
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[] = [],
): string[] {
  if (containers.length === 0) return [];
  const lines = containers.flatMap((container) =>
    containerLines(
      container,
      statuses.find(({ name }) => name === container.name),
    ),
  );
  return [title, ...lines];
}

function containerLines(container: Container, status: ContainerStatus | undefined): string[] {
  const ports = container.ports ?? [];
  const portTitle = ports.length > 1 ? 'Ports' : 'Port';
  const named = ports.map(
    (p) => `${p.containerPort}/${p.protocol ?? 'TCP'}${p.name ? ` (${p.name})` : ''}`,
  );
  const host = ports.map(
    (p) => `${p.hostPort ?? 0}/${p.protocol ?? 'TCP'}${p.name ? ` (${p.name})` : ''}`,
  );
  const mounts = container.volumeMounts ?? [];
  return [
    `  ${container.name}:`,
    `    Container ID:\t${status?.containerID ?? ''}`,
    `    Image:\t${container.image}`,
    `    Image ID:\t${status?.imageID ?? ''}`,
    `    ${portTitle}:\t${named.join(', ') || '<none>'}`,
    `    Host ${portTitle}:\t${host.join(', ') || '<none>'}`,
    ...listLines('    Command:', container.command),
    ...listLines('    Args:', container.args),
    ...(status === undefined ? [] : stateLines(status)),
    ...amountLines('    Limits:', container.resources?.limits),
    ...amountLines('    Requests:', container.resources?.requests),
    ...probeLine('Liveness', container.livenessProbe),
    ...probeLine('Readiness', container.readinessProbe),
    ...probeLine('Startup', container.startupProbe),
    ...environmentLines(container),
    ...(mounts.length === 0 ? ['    Mounts:\t<none>'] : ['    Mounts:']),
    ...mounts.map(
      ({ mountPath, name, readOnly }) =>
        `      ${mountPath} from ${name} (${readOnly === true ? 'ro' : 'rw'})`,
    ),
  ];
}

const listLines = (title: string, list: readonly string[] | undefined): string[] =>
  list === undefined || list.length === 0 ? [] : [title, ...list.map((text) => `      ${text}`)];

function amountLines(
  title: string,
  amounts: Readonly<Record<string, string>> | undefined,
): string[] {
  const names = Object.keys(amounts ?? {}).sort();
  if (names.length === 0) return [];
  return [title, ...names.map((name) => `      ${name}:\t${amounts![name]}`)];
}

function stateLines(status: ContainerStatus): string[] {
  return [
    ...stateLine('State', status.state),
    ...(Object.keys(status.lastState ?? {}).length > 0
      ? stateLine('Last State', status.lastState)
      : []),
    `    Ready:\t${status.ready ? 'True' : 'False'}`,
    `    Restart Count:\t${status.restartCount}`,
  ];
}

function stateLine(title: string, state: ContainerState | undefined): string[] {
  if (state?.running !== undefined) {
    const started = state.running.startedAt;
    return [`    ${title}:\tRunning`, `      Started:\t${started ? dateText(started) : ''}`];
  }
  if (state?.terminated !== undefined) {
    const { reason, message, exitCode, signal, startedAt, finishedAt } = state.terminated;
    return [
      `    ${title}:\tTerminated`,
      ...(reason ? [`      Reason:\t${reason}`] : []),
      ...(message ? [`      Message:\t${message}`] : []),
      `      Exit Code:\t${exitCode}`,
      ...(signal ? [`      Signal:\t${signal}`] : []),
      `      Started:\t${startedAt ? dateText(startedAt) : ''}`,
      `      Finished:\t${finishedAt ? dateText(finishedAt) : ''}`,
    ];
  }
  const reason = state?.waiting?.reason;
  return [`    ${title}:\tWaiting`, ...(reason ? [`      Reason:\t${reason}`] : [])];
}

function probeLine(title: string, probe: Probe | undefined): string[] {
  if (probe === undefined) return [];
  const { httpGet, tcpSocket, exec, grpc } = probe;
  const how =
    httpGet !== undefined
      ? `http-get ${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${httpGet.host ?? ''}:${httpGet.port}${httpGet.path ?? '/'}`
      : tcpSocket !== undefined
        ? `tcp-socket :${tcpSocket.port}`
        : exec !== undefined
          ? `exec [${(exec.command ?? []).join(' ')}]`
          : `grpc <pod>:${grpc?.port}`;
  const { initialDelaySeconds, timeoutSeconds, periodSeconds, successThreshold, failureThreshold } =
    probe;
  return [
    `    ${title}:\t${how} delay=${initialDelaySeconds ?? 0}s timeout=${timeoutSeconds ?? 1}s ` +
      `period=${periodSeconds ?? 10}s #success=${successThreshold ?? 1} ` +
      `#failure=${failureThreshold ?? 3}`,
  ];
}

function environmentLines({ env = [] }: Container): string[] {
  if (env.length === 0) return ['    Environment:\t<none>'];
  return [
    '    Environment:',
    ...env.map(({ name, value, valueFrom }) =>
      valueFrom === undefined
        ? `      ${name}:\t${value ?? ''}`
        : `      ${name}:\t${JSON.stringify(valueFrom)}`,
    ),
  ];
}

function conditionLines({ status }: Pod): string[] {
  const conditions = status.conditions ?? [];
  if (conditions.length === 0) return [];
  return [
    'Conditions:',
    '  Type\tStatus',
    ...conditions.map(({ type, status: value }) => `  ${type} \t${value} `),
  ];
}

/** FIDELITY: of volumes other than claims, config maps and secrets only the kind is told. */
function volumeLines(volumes: readonly Volume[]): string[] {
  if (volumes.length === 0) return ['Volumes:\t<none>'];
  return ['Volumes:', ...volumes.flatMap(volumeText)];
}

function volumeText(volume: Volume): string[] {
  const { name, ...sources } = volume as Volume & Readonly<Record<string, unknown>>;
  const [type = '', source] = Object.entries(sources)[0] ?? [];
  const detail = source as Readonly<Record<string, unknown>> | undefined;
  switch (type) {
    case 'persistentVolumeClaim':
      return [
        `  ${name}:`,
        '    Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
        `    ClaimName:\t${String(detail?.['claimName'])}`,
        `    ReadOnly:\t${detail?.['readOnly'] === true}`,
      ];
    case 'configMap':
      return [
        `  ${name}:`,
        '    Type:\tConfigMap (a volume populated by a ConfigMap)',
        `    Name:\t${String(detail?.['name'])}`,
        `    Optional:\t${detail?.['optional'] === true}`,
      ];
    case 'secret':
      return [
        `  ${name}:`,
        '    Type:\tSecret (a volume populated by a Secret)',
        `    SecretName:\t${String(detail?.['secretName'])}`,
        `    Optional:\t${detail?.['optional'] === true}`,
      ];
    case 'projected':
      return [
        `  ${name}:`,
        '    Type:\tProjected (a volume that contains injected data from multiple sources)',
        ...projectedLines(detail?.['sources']),
      ];
    default:
      return [`  ${name}:`, `    Type:\t${type.charAt(0).toUpperCase()}${type.slice(1)}`];
  }
}

interface Projection {
  readonly serviceAccountToken?: { readonly expirationSeconds?: number };
  readonly configMap?: { readonly name?: string; readonly optional?: boolean };
  readonly secret?: { readonly name?: string; readonly optional?: boolean };
  readonly downwardAPI?: object;
}

const projectedLines = (sources: unknown): string[] =>
  ((sources ?? []) as readonly Projection[]).flatMap((source) => {
    const { serviceAccountToken: token, configMap, secret, downwardAPI } = source;
    if (token !== undefined) return [`    TokenExpirationSeconds:\t${token.expirationSeconds}`];
    if (configMap !== undefined) {
      return [
        `    ConfigMapName:\t${configMap.name}`,
        `    Optional:\t${configMap.optional === true}`,
      ];
    }
    if (secret !== undefined) return [`    SecretName:\t${secret.name}`];
    return downwardAPI === undefined ? [] : ['    DownwardAPI:\ttrue'];
  });

function tolerationLines(tolerations: readonly Toleration[]): string[] {
  if (tolerations.length === 0) return ['Tolerations:\t<none>'];
  const texts = tolerations.map(({ key, value, effect, operator, tolerationSeconds }) => {
    const what = `${key ?? ''}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
    const exists = operator === 'Exists' ? ' op=Exists' : '';
    return `${what}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
  });
  return texts.sort().map((text, i) => `${i === 0 ? 'Tolerations:' : ''}\t${text}`);
}
