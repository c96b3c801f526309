/** DefaultTolerationSeconds: pods stay 300 s on a node that is not ready or cannot be reached. */
import type { PodSpec, Toleration } from '../../api/objects';
import type { AdmissionStep } from './admission';
import { PodSpecMemo } from './pod-spec-memo';

const KEYS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const SECONDS = 300;
const memo = new PodSpecMemo();

export const defaultTolerationSeconds: AdmissionStep = {
  name: 'DefaultTolerationSeconds',
  resources: ['pods'],
  verbs: ['create', 'update'],
  mutate(request) {
    memo.apply(request.draft!, '', withDefaults);
  },
};

function withDefaults(spec: PodSpec): PodSpec {
  const given = spec.tolerations ?? [];
  const missing = KEYS.filter((key) => !given.some((toleration) => covers(toleration, key)));
  if (missing.length === 0) return spec;
  const added = missing.map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: SECONDS,
  }));
  return { ...spec, tolerations: [...given, ...added] };
}

const covers = (toleration: Toleration, key: string): boolean =>
  (!toleration.key || toleration.key === key) &&
  (!toleration.effect || toleration.effect === 'NoExecute');
