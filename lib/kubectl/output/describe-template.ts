/** A pod template as `kubectl rollout history --revision` describes it, with tabs. */
import type { Container, PodTemplateSpec } from '../../orchestrator/api/objects';

const INDENT = '  ';

export function describeTemplate({ metadata, spec }: PodTemplateSpec): string[] {
  return [
    'Pod Template:',
    ...mapLines(`${INDENT}Labels:\t`, '\t', metadata?.labels),
    ...(metadata?.annotations
      ? mapLines(`${INDENT}Annotations:\t`, '\t', metadata.annotations)
      : []),
    `${INDENT}Containers:`,
    ...spec.containers.flatMap(containerLines),
    `${INDENT}Volumes:\t<none>`,
    ...mapLines(`${INDENT}Node-Selectors:\t`, '\t\t', spec.nodeSelector),
    `${INDENT}Tolerations:\t<none>`,
  ];
}

/** One `key=value` a line, the first beside the title. */
function mapLines(
  title: string,
  indent: string,
  map: Readonly<Record<string, string>> | undefined,
): string[] {
  const keys = Object.keys(map ?? {}).sort();
  if (keys.length === 0) return [`${title}<none>`];
  return keys.map((key, i) => `${i === 0 ? title : indent}${key}=${map![key]}`);
}

function containerLines(container: Container): string[] {
  const { name, image, ports = [], env = [], volumeMounts = [] } = container;
  const many = ports.length > 1 ? 'Ports' : 'Port';
  const shown = ports.map((p) => `${p.containerPort}/${p.protocol ?? 'TCP'}`).join(', ');
  const host = ports.map((p) => `${p.hostPort ?? 0}/${p.protocol ?? 'TCP'}`).join(', ');
  const resources = (['limits', 'requests'] as const).flatMap((field) => {
    const list = Object.entries(container.resources?.[field] ?? {});
    const title = field === 'limits' ? 'Limits' : 'Requests';
    if (list.length === 0) return [];
    return [`    ${title}:`, ...list.map(([resource, amount]) => `      ${resource}:\t${amount}`)];
  });
  return [
    `   ${name}:`,
    `    Image:\t${image}`,
    `    ${many}:\t${shown || '<none>'}`,
    `    Host ${many}:\t${host || '<none>'}`,
    ...resources,
    ...(env.length === 0 ? ['    Environment:\t<none>'] : ['    Environment:']),
    ...env.map((variable) => `      ${variable.name}:\t${variable.value ?? ''}`),
    ...(volumeMounts.length === 0 ? ['    Mounts:\t<none>'] : ['    Mounts:']),
    ...volumeMounts.map(
      (mount) => `      ${mount.mountPath} from ${mount.name} (${mount.readOnly ? 'ro' : 'rw'})`,
    ),
  ];
}
