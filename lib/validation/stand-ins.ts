/**
 * What manifests rely on without bringing it: namespaces, Secrets and ConfigMaps that somebody else
 * makes in a real cluster. They are assumed to be there, with the keys that are asked for.
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
  readonly spec?: PodSpec & { readonly template?: { readonly spec?: PodSpec } };
}

const ALWAYS_THERE = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Objects to deploy before the manifests, so that what they rely on is there. */
export function standInsFor(manifests: readonly Manifest[]): Manifest[] {
  const standIns = new Map<string, Manifest>();
  const known = new Set(manifests.map((manifest) => identity(manifest)));
  for (const manifest of manifests as readonly Identified[]) {
    const namespace = manifest.metadata?.namespace ?? 'default';
    if (!ALWAYS_THERE.includes(namespace)) add(standIns, known, 'Namespace', '', namespace);
    const pod = manifest.spec?.template?.spec ?? (manifest.kind === 'Pod' ? manifest.spec : {});
    for (const [kind, { name, secretName, key, optional }] of referencesOf(pod ?? {})) {
      const referred = name ?? secretName;
      if (referred === undefined || optional) continue;
      const object = add(standIns, known, kind, namespace, referred);
      if (object && key !== undefined) (object.data as { [key: string]: string })[key] = '';
    }
  }
  return [...standIns.values()];
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
  const metadata = kind === 'Namespace' ? { name } : { name, namespace };
  const object = { apiVersion: 'v1', kind, metadata };
  const key = identity(object);
  if (known.has(key)) return undefined;
  if (!standIns.has(key))
    standIns.set(key, kind === 'Namespace' ? object : { ...object, data: {} });
  return standIns.get(key);
}

function referencesOf(pod: PodSpec): [string, Reference][] {
  const references: [string, Reference | undefined][] = [];
  for (const container of [...(pod.containers ?? []), ...(pod.initContainers ?? [])]) {
    for (const { valueFrom } of container.env ?? []) {
      references.push(['Secret', valueFrom?.secretKeyRef]);
      references.push(['ConfigMap', valueFrom?.configMapKeyRef]);
    }
    for (const { secretRef, configMapRef } of container.envFrom ?? []) {
      references.push(['Secret', secretRef], ['ConfigMap', configMapRef]);
    }
  }
  for (const { secret, configMap } of pod.volumes ?? []) {
    references.push(['Secret', secret], ['ConfigMap', configMap]);
  }
  return references.filter((entry): entry is [string, Reference] => entry[1] !== undefined);
}

function identity(manifest: Manifest | Identified): string {
  const { kind, metadata } = manifest as Identified;
  const namespace = kind === 'Namespace' ? '' : (metadata?.namespace ?? 'default');
  return `${kind}/${namespace}/${metadata?.name}`;
}
