/** RoleBinding and ClusterRoleBinding (rbac.authorization.k8s.io/v1): who has a role. */
import type { FieldError } from '../field-error';
import { invalid, notSupported, required } from '../field-error';
import type { Draft, KindDefinition, PrintContext } from '../kind';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject } from '../object';
import { ageCell, kind } from './define';
import { invalidFor, isPathSegmentName, notSupportedInOrder } from './fields/field-validation';
import { mapSame } from './fields/structural-sharing';

interface Subject {
  readonly kind?: string;
  readonly apiGroup?: string;
  readonly name?: string;
  readonly namespace?: string;
}

interface Binding {
  readonly subjects?: readonly Subject[];
  readonly roleRef?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
}

const GROUP = 'rbac.authorization.k8s.io';
const SUBJECT_KINDS = ['ServiceAccount', 'User', 'Group'];

export const roleBindingKind = bindingKind('rolebindings', true);
export const clusterRoleBindingKind = bindingKind('clusterrolebindings', false);

function bindingKind(plural: string, isNamespaced: boolean): KindDefinition {
  return kind({
    apiVersion: `${GROUP}/v1`,
    plural,
    updateOrder: ['whole', 'metadata', 'changes'],
    createOnUpdate: true,
    applyDefaults,
    validate: (draft) => [
      ...validateObjectMeta(draft.metadata, isNamespaced, isPathSegmentName),
      ...roleRefErrors(draft as Binding, isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']),
      ...((draft as Binding).subjects ?? []).flatMap((subject, i) =>
        subjectErrors(subject, isNamespaced, `subjects[${i}]`),
      ),
    ],
    validateUpdate(draft, old) {
      const now = printableRef(draft as Binding);
      const before = printableRef(old as Binding);
      const isSame = (['APIGroup', 'Kind', 'Name'] as const).every((f) => now[f] === before[f]);
      return isSame ? [] : [invalid('roleRef', now, 'cannot change roleRef')];
    },
    cells,
  });
}

function applyDefaults(draft: Draft): void {
  const { roleRef = {}, subjects } = draft as Binding;
  if (!roleRef.apiGroup) draft['roleRef'] = { ...roleRef, apiGroup: GROUP };
  if (subjects === undefined) return;
  draft['subjects'] = mapSame(subjects, (subject) =>
    !subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group')
      ? { ...subject, apiGroup: GROUP }
      : subject,
  );
}

const printableRef = ({
  roleRef: { apiGroup = '', kind: kindName = '', name = '' } = {},
}: Binding): { APIGroup: string; Kind: string; Name: string } => ({
  APIGroup: apiGroup,
  Kind: kindName,
  Name: name,
});

function roleRefErrors({ roleRef = {} }: Binding, kinds: readonly string[]): FieldError[] {
  const { apiGroup = '', kind: kindName = '', name = '' } = roleRef;
  const errors: FieldError[] = [];
  if (apiGroup !== GROUP) errors.push(notSupported('roleRef.apiGroup', apiGroup, [GROUP]));
  if (!kinds.includes(kindName)) {
    errors.push(notSupportedInOrder('roleRef.kind', kindName, kinds));
  }
  if (name === '') return [...errors, required('roleRef.name')];
  return [...errors, ...invalidFor('roleRef.name', name, isPathSegmentName(name))];
}

function subjectErrors(subject: Subject, isNamespaced: boolean, path: string): FieldError[] {
  const { kind: kindName = '', apiGroup = '', name = '', namespace = '' } = subject;
  const errors = name === '' ? [required(`${path}.name`)] : [];
  const group = `${path}.apiGroup`;
  if (kindName === 'ServiceAccount') {
    if (name !== '') errors.push(...invalidFor(`${path}.name`, name, isDns1123Subdomain(name)));
    if (apiGroup !== '') errors.push(notSupported(group, apiGroup, ['']));
    if (!isNamespaced && namespace === '') errors.push(required(`${path}.namespace`));
  } else if (kindName === 'User' || kindName === 'Group') {
    if (apiGroup !== GROUP) errors.push(notSupported(group, apiGroup, [GROUP]));
  } else {
    errors.push(notSupportedInOrder(`${path}.kind`, kindName, SUBJECT_KINDS));
  }
  return errors;
}

function cells(object: KubeObject, context: PrintContext): string[] {
  const { roleRef = {}, subjects = [] } = object as Binding;
  const named = (kindName: string): string =>
    subjects
      .filter((subject) => subject.kind === kindName)
      .map(({ name = '', namespace = '' }) =>
        kindName === 'ServiceAccount' ? `${namespace}/${name}` : name,
      )
      .join(', ');
  return [
    object.metadata.name,
    `${roleRef.kind ?? ''}/${roleRef.name ?? ''}`,
    ageCell(object.metadata.creationTimestamp, context),
    named('User'),
    named('Group'),
    named('ServiceAccount'),
  ];
}
