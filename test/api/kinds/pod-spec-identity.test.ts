/** Pods made from one frozen template share what is computed from it, and nothing is changed in place. */
import { deepFreeze } from '../../../lib/orchestrator/api/freeze';
import {
  defaultedPod,
  defaultedPodSpec,
} from '../../../lib/orchestrator/api/kinds/pods/pod-spec-defaults';
import { podSpecErrors } from '../../../lib/orchestrator/api/kinds/pods/pod-spec-validation';
import { qosClassOf } from '../../../lib/orchestrator/api/kinds/pods/pod-qos';

const limits = { cpu: '1', memory: '1Gi' };
const spec = () =>
  deepFreeze({ containers: [{ name: 'app', image: 'app:v1', resources: { limits } }] });

it('defaults a spec once, and a defaulted spec to itself', () => {
  const given = spec();
  const template = defaultedPodSpec(given);
  expect(defaultedPodSpec(given)).toBe(template);
  expect(defaultedPodSpec(template)).toBe(template);
  const pod = defaultedPod(template);
  expect(defaultedPod(template)).toBe(pod);
  expect(defaultedPod(pod)).toBe(pod);
  expect(given).toEqual(spec());
});

it('gives pods, but not templates, the requests that equal their limits', () => {
  expect(defaultedPodSpec(spec()).containers?.[0]?.resources).toEqual({ limits });
  expect(defaultedPod(spec()).containers?.[0]?.resources).toEqual({ limits, requests: limits });
});

it('remembers the errors of a frozen spec only', () => {
  const frozen = deepFreeze({ ...defaultedPodSpec(spec()) });
  expect(podSpecErrors(frozen)).toBe(podSpecErrors(frozen));
  const open = { ...frozen };
  expect(podSpecErrors(open)).toEqual([]);
  expect(podSpecErrors({ ...open, containers: [] })).toHaveLength(1);
});

it.each([
  ['BestEffort', {}],
  ['Burstable', { requests: { cpu: '100m' } }],
  ['Burstable', { limits: { cpu: '1' }, requests: { cpu: '1' } }],
  ['Burstable', { limits, requests: { cpu: '500m', memory: '1Gi' } }],
  ['Guaranteed', { limits, requests: { cpu: '1000m', memory: '1024Mi' } }],
])('is %s with resources %j', (qos, resources) => {
  const container = { name: 'app', image: 'app:v1', resources };
  expect(qosClassOf({ spec: { containers: [container] } })).toBe(qos);
});
