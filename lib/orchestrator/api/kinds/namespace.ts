/** Namespace (core/v1): kept by the finalizer `kubernetes` until its content is gone. */
import type { FieldError } from '../field-error';
import { invalid } from '../field-error';
import type { Draft } from '../kind';
import { isDns1123Label, isQualifiedName, validateObjectMeta } from '../names';
import type { KubeObject, StringMap } from '../object';
import { validateObjectMetaUpdate, type DraftMeta } from '../object-meta';
import { ageCell, kind } from './define';
import { invalidFor } from './fields/field-validation';

const NAME_LABEL = 'kubernetes.io/metadata.name';
const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

interface Namespace {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase?: string };
}

export const namespaceKind = kind({
  apiVersion: 'v1',
  plural: 'namespaces',
  updateOrder: ['whole', 'metadata'],
  applyDefaults(draft) {
    const name = draft.metadata['name'];
    if (typeof name === 'string' && name !== '') {
      const labels = draft.metadata['labels'] as StringMap | undefined;
      if (labels?.[NAME_LABEL] !== name) {
        draft.metadata['labels'] = { ...labels, [NAME_LABEL]: name };
      }
    }
    const { status } = draft as Namespace;
    if (!status?.phase) draft['status'] = { ...status, phase: 'Active' };
  },
  prepareForCreate(draft) {
    const finalizers = (draft as Namespace).spec?.finalizers ?? [];
    draft['status'] = { phase: 'Active' };
    if (finalizers.includes('kubernetes')) return;
    draft['spec'] = { finalizers: [...finalizers, 'kubernetes'] };
  },
  prepareForUpdate(draft, old) {
    // Only the finalize subresource changes the finalizers.
    draft['spec'] = (old as Namespace).spec;
    draft['status'] = (old as Namespace).status;
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, isDns1123Label),
    ...((draft as Namespace).spec?.finalizers ?? []).flatMap((finalizer) =>
      namespaceFinalizerErrors(finalizer, 'spec.finalizers'),
    ),
  ],
  validateStatusUpdate(draft, old) {
    const phase = (draft as Namespace).status?.phase ?? '';
    const isDeleted = old.metadata.deletionTimestamp !== undefined;
    const wanted = isDeleted ? 'Terminating' : 'Active';
    if (phase === wanted) return [];
    const state = isDeleted ? 'is not empty' : 'is empty';
    const why = `may only be '${wanted}' if \`deletionTimestamp\` ${state}`;
    return [invalid('status.Phase', phase, why)];
  },
  parts: {
    finalize: {
      merge: (object, old) =>
        ({
          ...old,
          metadata: { ...old.metadata, ...passing(object) },
          spec: (object as Namespace).spec ?? {},
        }) as unknown as Draft,
      validate: (draft, old) => [
        ...validateObjectMetaUpdate(draft.metadata, old.metadata as unknown as DraftMeta),
        ...((draft as Namespace).spec?.finalizers ?? []).flatMap((finalizer, index) =>
          namespaceFinalizerErrors(finalizer, `spec.finalizers[${index}]`),
        ),
      ],
    },
  },
  selectableFields: {
    'status.phase': (object) => (object as Namespace).status?.phase ?? '',
    name: (object) => object.metadata.name,
  },
  cells(object, context) {
    const phase = (object as KubeObject & Namespace).status?.phase ?? '';
    return [object.metadata.name, phase, ageCell(object.metadata.creationTimestamp, context)];
  },
});

const passing = ({ metadata }: KubeObject): object => {
  const { labels, annotations, finalizers } = metadata;
  return { labels, annotations, ...(finalizers === undefined ? {} : { finalizers }) };
};

/** A finalizer of spec.finalizers: a qualified name, or one that Kubernetes knows. */
export function namespaceFinalizerErrors(finalizer: string, field: string): FieldError[] {
  const errors = invalidFor(field, finalizer, isQualifiedName(finalizer));
  if (finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)) return errors;
  const why = 'name is neither a standard finalizer name nor is it fully qualified';
  return [...errors, invalid(field, finalizer, why)];
}
