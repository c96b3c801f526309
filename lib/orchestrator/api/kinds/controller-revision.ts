/** ControllerRevisions (apps/v1): immutable snapshots of StatefulSets' and DaemonSets' templates. */
import type { FieldError } from '../field-error';
import { required } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import { isDns1123Subdomain } from '../name-formats';
import { controllerOf } from '../object';
import { validateObjectMeta } from '../object-meta';
import type { ControllerRevision } from '../objects';
import { ageCell, kind, splitApiVersion } from './define';
import { immutableField, nonNegativeNumber } from './fields/field-validation';
import { metadataUpdateErrors } from './workloads/workload-metadata';

export const controllerRevisionKind: KindDefinition = kind({
  apiVersion: 'apps/v1',
  plural: 'controllerrevisions',
  applyDefaults(draft) {
    draft.revision ??= 0;
  },
  validate: (draft) => [...revisionErrors(draft), ...dataErrors(draft.data)],
  validateWholeUpdate: (draft, old) => [
    ...metadataUpdateErrors(draft, old),
    ...revisionErrors(draft),
    ...immutableField(draft.data, (old as ControllerRevision).data, 'data'),
  ],
  cells(object, context) {
    const { metadata, revision } = object as ControllerRevision;
    const owner = controllerOf(object);
    const { group } = splitApiVersion(owner?.apiVersion ?? '');
    const resource = `${owner?.kind.toLowerCase() ?? ''}${group === '' ? '' : `.${group}`}`;
    return [
      metadata.name,
      owner === undefined ? '<none>' : `${resource}/${owner.name}`,
      revision,
      ageCell(metadata.creationTimestamp, context),
    ];
  },
});

const revisionErrors = (draft: Draft): FieldError[] => [
  ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
  ...nonNegativeNumber(draft.revision, 'revision'),
];

function dataErrors(data: unknown): FieldError[] {
  if (data === undefined || data === null) return [required('data', 'data is mandatory')];
  if (typeof data === 'object' && !Array.isArray(data)) return [];
  return [required('data', 'data must be a valid JSON object')];
}
