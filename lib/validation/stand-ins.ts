/**
 * What manifests rely on without bringing it: namespaces, Secrets, ConfigMaps, ServiceAccounts and
 * PriorityClasses that somebody else makes in a real cluster. They are assumed to be there, with the
 * keys that are asked for.
 */

/** An object as it was written. */
export type Manifest = Readonly<Record<string, unknown>>;

interface Reference {
  readonly name?: string;
  readonly secretName?: string;
  readonly key?: string;
  readonly optional?: boolean;
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly { readonly secret?: Reference; readonly configMap?: Reference }[];
  readonly serviceAccountName?: string;
  readonly priorityClassName?: string;
}

interface Templated {
  readonly template?: { readonly spec?: PodSpec };
}

interface Container {
  readonly env?: readonly {
    readonly valueFrom?: {
      readonly secretKeyRef?: Reference;
      readonly configMapKeyRef?: Reference;
    };
  }[];
  readonly envFrom?: readonly {
    readonly secretRef?: Reference;
    readonly configMapRef?: Reference;
  }[];
}

interface Identified {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: PodSpec & Templated & { readonly jobTemplate?: { readonly spec?: Templated } };
}

const ALWAYS_THERE = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const CLUSTER_SCOPED = ['Namespace', 'PriorityClass'];

/** Objects to deploy before the manifests, so that what they rely on is there. */
export function standInsFor(manifests: readonly Manifest[]): Manifest[] {
  const standIns = new Map<string, Manifest>();
  const known = new Set(manifests.map((manifest) => identity(manifest)));
  for (const manifest of manifests as readonly Identified[]) {
    const namespace = manifest.metadata?.namespace ?? 'default';
    if (!ALWAYS_THERE.includes(namespace)) add(standIns, known, 'Namespace', '', namespace);
    const pod = podSpecOf(manifest);
    const { serviceAccountName: account, priorityClassName: priority } = pod;
    if (account && account !== 'default')
      add(standIns, known, 'ServiceAccount', namespace, account);
    if (priority && !priority.startsWith('system-')) {
      add(standIns, known, 'PriorityClass', '', priority);
    }
    for (const [kind, { name, secretName, key, optional }] of referencesOf(pod)) {
      const referred = name ?? secretName;
      if (referred === undefined || optional) continue;
      const object = add(standIns, known, kind, namespace, referred);
      if (object && key !== undefined) (object.data as { [key: string]: string })[key] = '';
    }
  }
  return [...standIns.values()];
}

function podSpecOf({ kind, spec }: Identified): PodSpec {
  const { template } = spec?.jobTemplate?.spec ?? spec ?? {};
  return template?.spec ?? (kind === 'Pod' ? spec : undefined) ?? {};
}

/** The manifests' own namespaces that stand-ins are in: they come before those. */
export function namespacesOf(
  standIns: readonly Manifest[],
  manifests: readonly Manifest[],
): Manifest[] {
  const needed = new Set(standIns.map((one) => (one as Identified).metadata?.namespace));
  return manifests.filter((manifest) => {
    const { kind, metadata } = manifest as Identified;
    return kind === 'Namespace' && needed.has(metadata?.name);
  });
}

function add(
  standIns: Map<string, Manifest>,
  known: ReadonlySet<string>,
  kind: string,
  namespace: string,
  name: string,
): Manifest | undefined {
  const metadata = CLUSTER_SCOPED.includes(kind) ? { name } : { name, namespace };
  const object = { apiVersion: 'v1', kind, metadata, ...CONTENT[kind]?.() };
  const key = identity(object);
  if (known.has(key)) return undefined;
  if (!standIns.has(key)) standIns.set(key, object);
  return standIns.get(key);
}

/** What there is to them besides a name. */
const CONTENT: Readonly<Record<string, (() => object) | undefined>> = {
  Secret: () => ({ data: {} }),
  ConfigMap: () => ({ data: {} }),
  PriorityClass: () => ({ apiVersion: 'scheduling.k8s.io/v1', value: 0 }),
};

function referencesOf(pod: PodSpec): [string, Reference][] {
  const references: [string, Reference | undefined][] = [];
  for (const container of [...listOf(pod.containers), ...listOf(pod.initContainers)]) {
    for (const { valueFrom } of listOf(container.env)) {
      references.push(['Secret', valueFrom?.secretKeyRef]);
      references.push(['ConfigMap', valueFrom?.configMapKeyRef]);
    }
    for (const { secretRef, configMapRef } of listOf(container.envFrom)) {
      references.push(['Secret', secretRef], ['ConfigMap', configMapRef]);
    }
  }
  for (const { secret, configMap } of listOf(pod.volumes)) {
    references.push(['Secret', secret], ['ConfigMap', configMap]);
  }
  return references.filter((entry): entry is [string, Reference] => entry[1] !== undefined);
}

/** What is not as it should be is for the API server to refuse. */
function listOf<T extends object>(value: readonly T[] | undefined): readonly T[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly T[]).filter((item) => typeof item === 'object' && item !== null);
}

function identity(manifest: Manifest | Identified): string {
  const { kind, metadata } = manifest as Identified;
  const isScoped = CLUSTER_SCOPED.includes(kind ?? '');
  const namespace = isScoped ? '' : (metadata?.namespace ?? 'default');
  return `${kind}/${namespace}/${metadata?.name}`;
}
