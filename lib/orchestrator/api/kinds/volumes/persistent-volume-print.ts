/**
 * The sources of a PersistentVolume as Go prints its internal type, for the diff that a refused
 * change shows.
 */

type Source = Readonly<Record<string, unknown>>;

/** The sources in the order of the Go type, with their names there. */
const SOURCES: readonly (readonly [field: string, goName: string])[] = [
  ['gcePersistentDisk', 'GCEPersistentDisk'],
  ['awsElasticBlockStore', 'AWSElasticBlockStore'],
  ['hostPath', 'HostPath'],
  ['glusterfs', 'Glusterfs'],
  ['nfs', 'NFS'],
  ['rbd', 'RBD'],
  ['quobyte', 'Quobyte'],
  ['iscsi', 'ISCSI'],
  ['flexVolume', 'FlexVolume'],
  ['cinder', 'Cinder'],
  ['cephfs', 'CephFS'],
  ['fc', 'FC'],
  ['flocker', 'Flocker'],
  ['azureFile', 'AzureFile'],
  ['vsphereVolume', 'VsphereVolume'],
  ['azureDisk', 'AzureDisk'],
  ['photonPersistentDisk', 'PhotonPersistentDisk'],
  ['portworxVolume', 'PortworxVolume'],
  ['scaleIO', 'ScaleIO'],
  ['local', 'Local'],
  ['storageos', 'StorageOS'],
  ['csi', 'CSI'],
];

/** The fields of the sources that are in use today, with what Go prints for an absent one. */
const FIELDS: Readonly<
  Record<string, readonly (readonly [field: string, goName: string, absent: unknown])[] | undefined>
> = {
  hostPath: [
    ['path', 'Path', ''],
    ['type', 'Type', null],
  ],
  nfs: [
    ['server', 'Server', ''],
    ['path', 'Path', ''],
    ['readOnly', 'ReadOnly', false],
  ],
  local: [
    ['path', 'Path', ''],
    ['fsType', 'FSType', null],
  ],
  csi: [
    ['driver', 'Driver', ''],
    ['volumeHandle', 'VolumeHandle', ''],
    ['readOnly', 'ReadOnly', false],
    ['fsType', 'FSType', ''],
    ['volumeAttributes', 'VolumeAttributes', null],
    ['controllerPublishSecretRef', 'ControllerPublishSecretRef', null],
    ['nodeStageSecretRef', 'NodeStageSecretRef', null],
    ['nodePublishSecretRef', 'NodePublishSecretRef', null],
    ['controllerExpandSecretRef', 'ControllerExpandSecretRef', null],
    ['nodeExpandSecretRef', 'NodeExpandSecretRef', null],
  ],
};

export function printableSources(sources: Source): Record<string, unknown> {
  const printed: Record<string, unknown> = {};
  for (const [field, goName] of SOURCES) {
    const source = sources[field];
    printed[goName] = source ? printableSource(field, source as Source) : null;
  }
  return printed;
}

function printableSource(name: string, source: Source): unknown {
  const fields = FIELDS[name];
  // FIDELITY: sources whose drivers left the tree are shown with the names of the API, not of Go.
  if (fields === undefined) return source;
  const printed: Record<string, unknown> = {};
  for (const [field, goName, absent] of fields) {
    const value = source[field];
    printed[goName] = (field.endsWith('SecretRef') ? printableSecret(value) : value) ?? absent;
  }
  return printed;
}

function printableSecret(value: unknown): unknown {
  if (value === undefined) return undefined;
  const { name, namespace } = value as { name?: string; namespace?: string };
  return { Name: name ?? '', Namespace: namespace ?? '' };
}

interface Requirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

interface Affinity {
  readonly required?: {
    readonly nodeSelectorTerms?: readonly {
      readonly matchExpressions?: readonly Requirement[];
      readonly matchFields?: readonly Requirement[];
    }[];
  };
}

/** A volume's node affinity as Go prints it. */
export function printableAffinity(affinity: Affinity | undefined): unknown {
  if (affinity === undefined) return null;
  const requirements = (list: readonly Requirement[] | undefined): unknown =>
    list?.map(({ key = '', operator = '', values }) => ({
      Key: key,
      Operator: operator,
      Values: values ?? null,
    })) ?? null;
  const terms = affinity.required?.nodeSelectorTerms?.map((term) => ({
    MatchExpressions: requirements(term.matchExpressions),
    MatchFields: requirements(term.matchFields),
  }));
  return {
    Required: affinity.required === undefined ? null : { NodeSelectorTerms: terms ?? null },
  };
}
