/** Who a pod of a StatefulSet is: its ordinal, name, labels, network name and claims. */
import type { NewObject } from '../../api/object';
import { controllerReference } from '../../api/object';
import type {
  PersistentVolumeClaim,
  Pod,
  PodTemplateSpec,
  StatefulSet,
  Volume,
} from '../../api/objects';
import { REVISION_LABEL } from '../framework/controller-revisions';

export const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
export const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';

const ORDINAL = /^(.*)-([0-9]+)$/;

export const podName = (set: StatefulSet, ordinal: number): string =>
  `${set.metadata.name}-${ordinal}`;

/** The ordinal of a pod of this set; undefined for one whose name is not of its making. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const { name } = pod.metadata;
  const parent = set.metadata.name;
  // Most names are this set's: no need to take them apart by pattern.
  if (!name.startsWith(parent) || name[parent.length] !== '-') return undefined;
  const match = ORDINAL.exec(name);
  return match !== null && match[1] === parent ? Number(match[2]) : undefined;
}

export const startOrdinal = (set: StatefulSet): number => set.spec.ordinals?.start ?? 0;

export function isInRange(set: StatefulSet, ordinal: number): boolean {
  const start = startOrdinal(set);
  return ordinal >= start && ordinal < start + set.spec.replicas;
}

export const revisionLabelOf = (pod: {
  metadata: { labels?: Pod['metadata']['labels'] };
}): string => pod.metadata.labels?.[REVISION_LABEL] ?? '';

/** The pod of an ordinal as the template of a revision makes it. */
export function statefulPod(
  set: StatefulSet,
  template: PodTemplateSpec,
  revision: string,
  ordinal: number,
): NewObject<Pod> & { metadata: { name?: string } } {
  const name = podName(set, ordinal);
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const volumes = volumesOf(set, template, ordinal);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      labels: { ...labels, ...identityLabels(name, ordinal), [REVISION_LABEL]: revision },
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(set)],
    },
    spec: {
      ...template.spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  };
}

export const identityLabels = (
  name: string,
  ordinal: number,
): Readonly<Record<string, string>> => ({
  [POD_NAME_LABEL]: name,
  [POD_INDEX_LABEL]: String(ordinal),
});

/** The claims of an ordinal, in the order of spec.volumeClaimTemplates. */
export function claimsOf(
  set: StatefulSet,
  ordinal: number,
): {
  readonly volume: string;
  readonly claim: NewObject<PersistentVolumeClaim>;
  readonly name: string;
}[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) => {
    const volume = template.metadata.name;
    const name = `${volume}-${podName(set, ordinal)}`;
    const { annotations, labels } = template.metadata;
    const claim: NewObject<PersistentVolumeClaim> = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name,
        labels: { ...labels, ...set.spec.selector.matchLabels },
        ...(annotations === undefined ? {} : { annotations }),
      },
      spec: template.spec,
    };
    return { volume, claim, name };
  });
}

/** Volumes of claims first; they take the place of template volumes of the same name. */
function volumesOf(
  set: StatefulSet,
  template: PodTemplateSpec,
  ordinal: number,
): readonly Volume[] {
  const own = template.spec.volumes ?? [];
  const claimed = claimsOf(set, ordinal).map(({ volume, name }): Volume => ({
    name: volume,
    persistentVolumeClaim: { claimName: name },
  }));
  if (claimed.length === 0) return own;
  const names = new Set(claimed.map((volume) => volume.name));
  return [...claimed, ...own.filter((volume) => !names.has(volume.name))];
}
