/**
 * VolumeAttachment and VolumeAttributesClass (storage.k8s.io/v1): a volume at a node, and what
 * volumes may be changed to.
 */
import { deepEqual } from '../deep-equal';
import type { FieldError } from '../field-error';
import { forbidden, required } from '../field-error';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { StringMap } from '../object';
import { ageCell, kind } from './define';
import { dnsSubdomainErrors, immutableField } from './fields/field-validation';
import { parameterErrors, provisionerErrors } from './storage-class';
import { csiDriverNameErrors } from './volumes/persistent-volume-sources';

interface Attachment {
  readonly spec?: {
    readonly attacher?: string;
    readonly nodeName?: string;
    readonly source?: {
      readonly persistentVolumeName?: string;
      readonly inlineVolumeSpec?: unknown;
    };
  };
  readonly status?: { readonly attached?: boolean };
}

const EXACTLY_ONE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

export const volumeAttachmentKind = kind({
  apiVersion: 'storage.k8s.io/v1',
  plural: 'volumeattachments',
  updateOrder: ['whole', 'changes'],
  unconditionalUpdate: false,
  prepareForCreate(draft) {
    draft['status'] = { attached: false };
  },
  validate(draft) {
    const { attacher = '', nodeName = '' } = (draft as Attachment).spec ?? {};
    return [
      ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
      ...csiDriverNameErrors(attacher, 'spec.attacher'),
      ...sourceErrors(draft as Attachment),
      ...dnsSubdomainErrors(nodeName, 'spec.nodeName'),
      ...volumeNameErrors(draft as Attachment),
    ];
  },
  validateUpdate(draft, old) {
    const now = printableSpec(draft as Attachment);
    return immutableField(now, printableSpec(old as Attachment), 'spec');
  },
  cells(object, context) {
    const { spec, status } = object as Attachment;
    return [
      object.metadata.name,
      spec?.attacher ?? '',
      spec?.source?.persistentVolumeName ?? '',
      spec?.nodeName ?? '',
      status?.attached ?? false,
      ageCell(object.metadata.creationTimestamp, context),
    ];
  },
});

export const volumeAttributesClassKind = kind({
  apiVersion: 'storage.k8s.io/v1',
  plural: 'volumeattributesclasses',
  updateOrder: ['metadata', 'changes', 'whole'],
  validate(draft) {
    const parameters = draft['parameters'] as StringMap | undefined;
    const none = 'must contain at least one key/value pair';
    return [
      ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
      ...provisionerErrors(String(draft['driverName'] ?? ''), 'driverName'),
      ...parameterErrors(parameters, 'parameters'),
      ...(Object.keys(parameters ?? {}).length === 0 ? [required('parameters', none)] : []),
    ];
  },
  validateUpdate: (draft, old) =>
    ['driverName', 'parameters'].flatMap((field) =>
      deepEqual(draft[field], (old as unknown as Record<string, unknown>)[field])
        ? []
        : [forbidden(field, `updates to ${field} are forbidden.`)],
    ),
  cells: (object, context) => [
    object.metadata.name,
    String((object as { driverName?: string }).driverName ?? ''),
    ageCell(object.metadata.creationTimestamp, context),
  ],
});

/** The spec as Go prints it. */
const printableSpec = ({ spec: { attacher = '', nodeName = '', source } = {} }: Attachment) => ({
  Attacher: attacher,
  Source: {
    PersistentVolumeName: source?.persistentVolumeName ?? null,
    InlineVolumeSpec: source?.inlineVolumeSpec ?? null,
  },
  NodeName: nodeName,
});

function sourceErrors({ spec }: Attachment): FieldError[] {
  const { persistentVolumeName: name, inlineVolumeSpec: inline } = spec?.source ?? {};
  if (name === undefined && inline === undefined) return [required('spec.source', EXACTLY_ONE)];
  if (name !== undefined && inline !== undefined) return [forbidden('spec.source', EXACTLY_ONE)];
  // FIDELITY: volumes that are given inline are not checked.
  if (name !== '') return [];
  const why = 'must specify non empty persistentVolumeName';
  return [required('spec.source.persistentVolumeName', why)];
}

function volumeNameErrors({ spec }: Attachment): FieldError[] {
  const name = spec?.source?.persistentVolumeName;
  return name === undefined ? [] : dnsSubdomainErrors(name, 'spec.source.persistentVolumeName');
}
