/** What the API server advises people who write a workload: about its name and its pod template. */
import type { Draft, KindDefinition } from '../../kind';
import type { KubeObject } from '../../object';
import type { DraftPodTemplate } from '../pods/pod-spec-draft';
import { podTemplateWarnings, workloadNameWarnings } from '../pods/pod-warnings';

const PATH = 'spec.template';
const templateOf = (draft: Draft): DraftPodTemplate | undefined =>
  (draft.spec as { readonly template?: DraftPodTemplate } | undefined)?.template;

/** The advice on a kind with a template in its spec, whose pods are named after it. */
export const workloadWarnings: Pick<KindDefinition, 'warnings' | 'updateWarnings'> = {
  warnings: (draft) => [
    ...workloadNameWarnings(draft),
    ...podTemplateWarnings(templateOf(draft) ?? {}, PATH),
  ],
  updateWarnings: (draft, old) => changedTemplateWarnings(draft, old, templateOf(draft), PATH),
};

/** Warnings for a template at `path`, if the object that holds it is at a new generation. */
export function changedTemplateWarnings(
  draft: Draft,
  old: KubeObject,
  template: DraftPodTemplate | undefined,
  path: string,
): string[] {
  if (draft.metadata.generation === old.metadata.generation) return [];
  return podTemplateWarnings(template ?? {}, path);
}
