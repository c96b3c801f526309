/**
 * CustomResourceDefinition (apiextensions.k8s.io/v1): kept, defaulted and checked as a real API
 * server does.
 *
 * FIDELITY: validation rules in CEL are kept but neither compiled nor run.
 */
import type { FieldError } from '../field-error';
import type { Draft } from '../kind';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject } from '../object';
import type {
  DraftDefinitionSpec,
  DraftDefinitionStatus,
} from './custom-resources/custom-resource-definition-validation';
import {
  approvalErrors,
  definitionSpecErrors,
  storedVersionErrors,
} from './custom-resources/custom-resource-definition-validation';
import { formatWarnings } from './custom-resources/schema-formats';
import { kind } from './define';
import { immutableField } from './fields/field-validation';
import { kindMetadataErrors, registryMetadataErrors } from './workloads/workload-metadata';

const specOf = (object: unknown): DraftDefinitionSpec =>
  (object as { spec?: DraftDefinitionSpec }).spec ?? {};
const statusOf = (object: unknown): DraftDefinitionStatus =>
  (object as { status?: DraftDefinitionStatus }).status ?? {};

export const customResourceDefinitionKind = kind({
  apiVersion: 'apiextensions.k8s.io/v1',
  plural: 'customresourcedefinitions',
  unconditionalUpdate: false,
  generation: 'spec',
  applyDefaults(draft) {
    const spec = specOf(draft);
    const { names = {}, conversion } = spec;
    const kindName = names.kind ?? '';
    const listKind = names.listKind || (kindName === '' ? undefined : `${kindName}List`);
    draft['spec'] = {
      ...spec,
      conversion: withPort(conversion) ?? { strategy: 'None' },
      names: {
        ...names,
        singular: names.singular || kindName.toLowerCase(),
        ...(listKind === undefined ? {} : { listKind }),
      },
    };
  },
  prepareForCreate(draft) {
    draft['status'] = {
      acceptedNames: { kind: '', plural: '' },
      conditions: null,
      storedVersions: withStorageVersion([], specOf(draft)),
    };
  },
  prepareForUpdate(draft, old) {
    const before = statusOf(old);
    const storedVersions = withStorageVersion(before.storedVersions ?? [], specOf(draft));
    draft['status'] = { ...before, storedVersions };
  },
  validate: definitionErrors,
  validateWholeUpdate: (draft, old) => [
    ...registryMetadataErrors(draft, old, false),
    ...kindMetadataErrors(draft, old),
    ...contentErrors(draft),
    ...changeErrors(draft, old),
  ],
  warnings: (draft) => formatWarnings(specOf(draft), undefined),
  updateWarnings: (draft, old) => formatWarnings(specOf(draft), specOf(old)),
  cells: ({ metadata }: KubeObject) => [metadata.name, metadata.creationTimestamp],
});

/** Webhooks listen where HTTPS does, unless it is said otherwise. */
function withPort(
  conversion: DraftDefinitionSpec['conversion'],
): DraftDefinitionSpec['conversion'] {
  const { clientConfig } = conversion?.webhook ?? {};
  if (clientConfig?.service === undefined) return conversion;
  const service = { port: 443, ...clientConfig.service };
  const webhook = { ...conversion?.webhook, clientConfig: { ...clientConfig, service } };
  return { ...conversion, webhook };
}

/** Objects may be stored in every version that ever was the storage version. */
function withStorageVersion(stored: readonly string[], spec: DraftDefinitionSpec): string[] | null {
  const name = spec.versions?.find(({ storage }) => storage === true)?.name;
  const all = name === undefined || stored.includes(name) ? [...stored] : [...stored, name];
  return all.length > 0 ? all : null;
}

function definitionErrors(draft: Draft): FieldError[] {
  const spec = specOf(draft);
  const wanted = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`;
  const nameMessages = (name: string): string[] => [
    ...isDns1123Subdomain(name),
    ...(name === wanted ? [] : ['must be spec.names.plural+"."+spec.group']),
  ];
  return [...validateObjectMeta(draft.metadata, false, nameMessages), ...contentErrors(draft)];
}

function contentErrors(draft: Draft): FieldError[] {
  const spec = specOf(draft);
  return [
    ...definitionSpecErrors(spec),
    ...storedVersionErrors(statusOf(draft).storedVersions ?? null, spec.versions ?? []),
    ...approvalErrors(spec.group ?? '', draft.metadata),
    ...unknownFieldErrors(spec),
  ];
}

function unknownFieldErrors({ preserveUnknownFields }: DraftDefinitionSpec): FieldError[] {
  if (preserveUnknownFields !== true) return [];
  return [
    {
      type: 'FieldValueInvalid',
      field: 'spec.preserveUnknownFields',
      message:
        'Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to ' +
        'true in spec.versions[*].schema instead',
    },
  ];
}

function changeErrors(draft: Draft, old: KubeObject): FieldError[] {
  const now = specOf(draft);
  const before = specOf(old);
  const isEstablished = statusOf(old).conditions?.some(
    ({ type, status }) => type === 'Established' && status === 'True',
  );
  return [
    ...(isEstablished
      ? [
          ...immutableField(now.scope, before.scope, 'spec.scope'),
          ...immutableField(now.names?.kind, before.names?.kind, 'spec.names.kind'),
        ]
      : []),
    ...immutableField(now.group, before.group, 'spec.group'),
    ...immutableField(now.names?.plural, before.names?.plural, 'spec.names.plural'),
  ];
}
