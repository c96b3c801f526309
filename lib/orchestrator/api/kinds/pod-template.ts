/** PodTemplates (v1): templates as objects of their own, which nothing in Kubernetes uses. */
import type { Draft, KindDefinition } from '../kind';
import { isDns1123Subdomain } from '../name-formats';
import type { KubeObject } from '../object';
import { validateObjectMeta } from '../object-meta';
import type { PodTemplateSpec } from '../objects';
import { kind } from './define';
import { defaultedTemplate } from './pods/pod-spec-defaults';
import type { DraftPodTemplate } from './pods/pod-spec-draft';
import { podTemplateErrors } from './pods/pod-template-validation';
import { podTemplateWarnings } from './pods/pod-warnings';
import { labelsCell, templateCells } from './workloads/workload-cells';
import { metadataUpdateErrors } from './workloads/workload-metadata';
import { changedTemplateWarnings } from './workloads/workload-warnings';

const templateOf = (object: Draft | KubeObject): DraftPodTemplate =>
  (object as { template?: DraftPodTemplate }).template ?? {};

export const podTemplateKind: KindDefinition = kind({
  apiVersion: 'v1',
  plural: 'podtemplates',
  generation: 'template',
  applyDefaults(draft) {
    draft.template = defaultedTemplate(templateOf(draft));
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...podTemplateErrors(templateOf(draft), 'template'),
  ],
  validateWholeUpdate: (draft, old) => [
    ...metadataUpdateErrors(draft, old),
    ...podTemplateErrors(templateOf(draft), 'template'),
  ],
  warnings: (draft) => podTemplateWarnings(templateOf(draft), 'template'),
  updateWarnings: (draft, old) =>
    changedTemplateWarnings(draft, old, templateOf(draft), 'template'),
  cells(object) {
    const template = templateOf(object);
    return [
      object.metadata.name,
      ...templateCells(template as PodTemplateSpec),
      labelsCell(template.metadata?.labels),
    ];
  },
});
