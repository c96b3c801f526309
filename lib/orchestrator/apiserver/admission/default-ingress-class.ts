/** DefaultIngressClass: an Ingress that names no class, in either way, gets the default one. */
import type { AdmissionStep } from './admission';
import { defaultClass } from './default-class';

const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

export const defaultIngressClass: AdmissionStep = {
  name: 'DefaultIngressClass',
  resources: ['ingresses.networking.k8s.io'],
  verbs: ['create'],
  mutate(request, server) {
    const draft = request.draft!;
    const spec = (draft['spec'] ?? {}) as { ingressClassName?: string };
    const annotations = draft.metadata['annotations'] as Record<string, string> | undefined;
    if (spec.ingressClassName !== undefined || annotations?.[CLASS_ANNOTATION] !== undefined)
      return;
    const name = defaultClass(server, 'ingressclasses.networking.k8s.io', DEFAULT_CLASS);
    if (name !== undefined) draft['spec'] = { ...spec, ingressClassName: name };
  },
};
