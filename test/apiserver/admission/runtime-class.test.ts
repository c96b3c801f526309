import type { Pod } from '../../../lib/orchestrator/api/objects';
import { kinds } from '../../../lib/orchestrator/api/kinds';
import { runtimeClass as step } from '../../../lib/orchestrator/apiserver/admission/runtime-class';
import { ApiServer } from '../../../lib/orchestrator/apiserver/api-server';
import type { Requester } from '../../../lib/orchestrator/apiserver/requests';
import { Clock, Random, Trace } from '../../../lib/orchestrator/sim';

const user: Requester = { user: 'admin', manager: 'test', trusted: false };

const runtimeClass = {
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name: 'sandboxed' },
  handler: 'sandbox',
  overhead: { podFixed: { cpu: '250m' } },
  scheduling: {
    nodeSelector: { sandbox: 'yes' },
    tolerations: [{ key: 'sandbox', operator: 'Exists' }],
  },
};

function podOf(spec: object): Pod {
  const clock = new Clock(1_714_564_800_000);
  const trace = new Trace(clock);
  const api = new ApiServer({ clock, trace, random: Random.ofSeed(1), kinds, admission: [step] });
  api.create(user, 'runtimeclasses.node.k8s.io', undefined, runtimeClass as never);
  return api.create<Pod>(user, 'pods', 'default', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { serviceAccountName: 'default', containers: [{ name: 'c', image: 'c:v1' }], ...spec },
  } as never);
}

describe('a pod of a RuntimeClass', () => {
  it('gets the overhead and the placement of the class', () => {
    const { spec } = podOf({ runtimeClassName: 'sandboxed', nodeSelector: { disk: 'ssd' } });
    expect(spec).toMatchObject({
      overhead: { cpu: '250m' },
      nodeSelector: { disk: 'ssd', sandbox: 'yes' },
    });
    expect(spec.tolerations).toContainEqual({ key: 'sandbox', operator: 'Exists' });
  });

  it('cannot ask for other nodes than the class', () => {
    expect(() => podOf({ runtimeClassName: 'sandboxed', nodeSelector: { sandbox: 'no' } })).toThrow(
      'pods "p" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; ' +
        'pod.spec.nodeSelector[sandbox] = no',
    );
  });

  it('cannot bring another overhead', () => {
    const spec = { runtimeClassName: 'sandboxed', overhead: { cpu: '1' } };
    expect(() => podOf(spec)).toThrow(
      "Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    );
  });
});
