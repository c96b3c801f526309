/** RuntimeClass (node.k8s.io/v1): how pods are run, what that costs, and where it is possible. */
import type { FieldError } from '../field-error';
import { duplicate, required } from '../field-error';
import { isDns1123Label, isDns1123Subdomain, validateLabels, validateObjectMeta } from '../names';
import type { StringMap } from '../object';
import { ageCell, kind } from './define';
import { immutableField, invalidFor } from './fields/field-validation';
import { defaultedResourceList } from './fields/resource-list';
import { tolerationsErrors } from './pods/placement-validation';
import type { DraftToleration } from './pods/pod-spec-draft';
import { DEPRECATED_LABELS } from './pods/pod-warnings';
import { containerResourceErrors } from './pods/resource-requirements';

interface RuntimeClass {
  readonly handler?: string;
  readonly overhead?: { readonly podFixed?: StringMap };
  readonly scheduling?: {
    readonly nodeSelector?: StringMap;
    readonly tolerations?: readonly DraftToleration[];
  };
}

export const runtimeClassKind = kind({
  apiVersion: 'node.k8s.io/v1',
  plural: 'runtimeclasses',
  updateOrder: ['whole', 'metadata', 'changes'],
  unconditionalUpdate: false,
  createOnUpdate: true,
  applyDefaults(draft) {
    const { overhead } = draft as RuntimeClass;
    if (overhead?.podFixed === undefined) return;
    draft['overhead'] = { ...overhead, podFixed: defaultedResourceList(overhead.podFixed) };
  },
  validate(draft) {
    const { handler = '', overhead, scheduling } = draft as RuntimeClass;
    const limits = { limits: overhead?.podFixed };
    return [
      ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
      ...(handler === ''
        ? [required('handler')]
        : invalidFor('handler', handler, isDns1123Label(handler))),
      ...(overhead === undefined ? [] : containerResourceErrors(limits, new Set(), 'overhead')),
      ...validateLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
      ...tolerationErrors(scheduling?.tolerations ?? [], 'scheduling.tolerations'),
    ];
  },
  warnings: selectorWarnings,
  updateWarnings: selectorWarnings,
  validateUpdate: (draft, old) =>
    immutableField(draft['handler'], (old as RuntimeClass).handler, 'handler'),
  cells: (object, context) => [
    object.metadata.name,
    (object as RuntimeClass).handler ?? '',
    ageCell(object.metadata.creationTimestamp, context),
  ],
});

function selectorWarnings(draft: object): string[] {
  const labels = Object.keys((draft as RuntimeClass).scheduling?.nodeSelector ?? {});
  return labels.flatMap((label) => {
    const why = DEPRECATED_LABELS[label];
    return why === undefined ? [] : [`scheduling.nodeSelector: ${why}`];
  });
}

function tolerationErrors(tolerations: readonly DraftToleration[], path: string): FieldError[] {
  const seen = new Set<string>();
  const errors = tolerationsErrors(tolerations, path);
  tolerations.forEach(
    ({ key = '', operator = '', value = '', effect = '', tolerationSeconds }, i) => {
      const text = [key, operator, value, effect].join('\n');
      if (seen.has(text)) {
        const shown = { Key: key, Operator: operator, Value: value, Effect: effect };
        const seconds = tolerationSeconds ?? null;
        errors.push(duplicate(`${path}[${i}]`, { ...shown, TolerationSeconds: seconds }));
      }
      seen.add(text);
    },
  );
  return errors;
}
