/** TaintNodesByCondition: a new node takes no pods until its kubelet says that it is ready. */
import type { Taint } from '../../api/objects';
import type { AdmissionStep } from './admission';

const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

export const taintNodesByCondition: AdmissionStep = {
  name: 'TaintNodesByCondition',
  resources: ['nodes'],
  verbs: ['create'],
  mutate(request) {
    const draft = request.draft!;
    const spec = (draft['spec'] ?? {}) as { taints?: readonly Taint[] };
    const taints = spec.taints ?? [];
    if (taints.some((t) => t.key === NOT_READY.key && t.effect === NOT_READY.effect)) return;
    draft['spec'] = { ...spec, taints: [...taints, NOT_READY] };
  },
};
