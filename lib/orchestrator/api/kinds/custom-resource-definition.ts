/**
 * CustomResourceDefinition (apiextensions.k8s.io/v1): kept, defaulted and checked in its outlines.
 *
 * FIDELITY: of the rules for schemas only their presence is checked; structural schema rules are not.
 */
import type { FieldError } from '../field-error';
import { invalid, required } from '../field-error';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import { kind } from './define';
import { oneOf } from './field-validation';

interface Version {
  readonly name?: string;
  readonly storage?: boolean;
  readonly schema?: { readonly openAPIV3Schema?: unknown };
}

interface Spec {
  readonly group?: string;
  readonly scope?: string;
  readonly names?: {
    readonly plural?: string;
    readonly kind?: string;
    readonly singular?: string;
    readonly listKind?: string;
  };
  readonly conversion?: unknown;
  readonly versions?: readonly Version[];
}

const specOf = (object: unknown): Spec => (object as { spec?: Spec }).spec ?? {};

export const customResourceDefinitionKind = kind({
  apiVersion: 'apiextensions.k8s.io/v1',
  plural: 'customresourcedefinitions',
  generation: 'spec',
  applyDefaults(draft) {
    const spec = specOf(draft);
    const { names = {} } = spec;
    draft['spec'] = {
      ...spec,
      conversion: spec.conversion ?? { strategy: 'None' },
      names: {
        ...names,
        singular: names.singular || (names.kind ?? '').toLowerCase(),
        listKind: names.listKind || `${names.kind ?? ''}List`,
      },
    };
  },
  prepareForCreate(draft) {
    const stored = (specOf(draft).versions ?? []).filter(({ storage }) => storage === true);
    draft['status'] = {
      acceptedNames: { kind: '', plural: '' },
      conditions: null,
      storedVersions: stored.map(({ name }) => name),
    };
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
    ...specErrors(String(draft.metadata['name'] ?? ''), specOf(draft)),
  ],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp],
});

function specErrors(
  name: string,
  { group = '', scope = '', names, versions = [] }: Spec,
): FieldError[] {
  const errors: FieldError[] = [];
  if (name !== `${names?.plural ?? ''}.${group}`) {
    errors.push(invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group'));
  }
  if (group === '') errors.push(required('spec.group'));
  errors.push(...oneOf(scope, ['Cluster', 'Namespaced'], 'spec.scope'));
  versions.forEach(({ schema }, i) => {
    if (schema?.openAPIV3Schema === undefined) {
      errors.push(required(`spec.versions[${i}].schema.openAPIV3Schema`));
    }
  });
  if (versions.filter(({ storage }) => storage === true).length !== 1) {
    const why = 'must have exactly one version marked as storage version';
    errors.push(invalid('spec.versions', versions, why));
  }
  return errors;
}
