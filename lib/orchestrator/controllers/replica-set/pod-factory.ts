/**
 * The pods that a controller makes from a template. All pods of one template share its frozen
 * spec, labels and annotations: a thousand replicas cost a thousand names, not a thousand copies.
 */
import type { KubeObject, NewObject, OwnerReference } from '../../api/object';
import { controllerReference } from '../../api/object';
import type { Pod, PodTemplateSpec } from '../../api/objects';

const references = new WeakMap<object, { owner: string; list: readonly OwnerReference[] }>();

/** A pod of the template, named by the server, controlled by the owner. */
export function podOf(owner: KubeObject, template: PodTemplateSpec): NewObject<Pod> {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: referencesTo(owner, template),
    },
    spec: template.spec,
  };
}

function referencesTo(owner: KubeObject, template: PodTemplateSpec): readonly OwnerReference[] {
  const known = references.get(template);
  if (known !== undefined && known.owner === owner.metadata.uid) return known.list;
  const list = [controllerReference(owner)];
  references.set(template, { owner: owner.metadata.uid, list });
  return list;
}
