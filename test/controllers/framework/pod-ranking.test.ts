import { firstToDelete } from '../../../lib/orchestrator/controllers/framework/pod-ranking';
import type { Pod } from '../../../lib/orchestrator/api/objects';
import { formatTime } from '../../../lib/orchestrator/api/timestamps';

const NOW = 1_800_000_000_000;

interface Given {
  readonly ready?: number;
  readonly node?: string;
  readonly cost?: string;
  readonly restarts?: number;
  readonly created?: number;
  readonly phase?: string;
  readonly uid?: string;
}

/** @param given ages in seconds */
function pod(name: string, given: Given): Pod {
  const { ready, node, cost, restarts = 0, created = 100_000, phase = 'Running' } = given;
  const { uid = name } = given;
  const readySince = ready === undefined ? undefined : formatTime(NOW - ready * 1000);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid,
      creationTimestamp: formatTime(NOW - created * 1000),
      ...(cost ? { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } } : {}),
    },
    spec: { ...(node ? { nodeName: node } : {}) },
    status: {
      phase,
      conditions: [
        { type: 'Ready', status: readySince ? 'True' : 'False', lastTransitionTime: readySince },
      ],
      containerStatuses: [{ restartCount: restarts }],
    },
  } as unknown as Pod;
}

function order(pods: Pod[], crowds: Record<string, number> = {}): string[] {
  const context = { wallMs: NOW, crowdOn: (node: string) => crowds[node] ?? 0 };
  return firstToDelete(pods, pods.length, context).map(({ metadata }) => metadata.name);
}

describe('pods to be deleted', () => {
  it('go unassigned, then not ready, then cheap, then crowded, then young', () => {
    const pods = [
      pod('p6', { ready: 90_000, node: 'B' }),
      pod('p5', { ready: 1100, node: 'A' }),
      pod('p4', { ready: 1000, node: 'A', cost: '-5' }),
      pod('p3', { ready: 10, node: 'A' }),
      pod('p2', { node: 'A' }),
      pod('p1', { phase: 'Pending' }),
    ];
    expect(order(pods, { A: 4, B: 1 })).toEqual(['p1', 'p2', 'p4', 'p3', 'p5', 'p6']);
  });

  it('of one power of two of their age go by uid', () => {
    const pods = [pod('b', { ready: 600, node: 'A' }), pod('a', { ready: 1000, node: 'A' })];
    expect(order(pods)).toEqual(['a', 'b']);
    const further = [pod('b', { ready: 1000, node: 'A' }), pod('a', { ready: 1100, node: 'A' })];
    expect(order(further)).toEqual(['b', 'a']);
  });

  it('of one second are equal whatever their uids, so that a pod between them may keep either', () => {
    const [older, between, other] = [
      pod('p1', { ready: 104, node: 'A', uid: 'z' }),
      pod('p2', { ready: 74, node: 'A', uid: 'm' }),
      pod('p3', { ready: 104, node: 'A', uid: 'a' }),
    ];
    expect(order([older, between])).toEqual(['p2', 'p1']);
    expect(order([between, other])).toEqual(['p3', 'p2']);
    // Sorted by insertion, p3 gets no further than p1.
    expect(order([older, between, other])).toEqual(['p2', 'p1', 'p3']);
    expect(order([other, between, older])).toEqual(['p2', 'p1', 'p3']);
  });

  it('go by restarts if they are equally long ready', () => {
    const pods = [
      pod('a', { ready: 60, node: 'A', restarts: 1 }),
      pod('b', { ready: 60, node: 'A', restarts: 3 }),
    ];
    expect(order(pods)).toEqual(['b', 'a']);
  });

  it('ignore a deletion cost that is no int32', () => {
    const pods = [
      pod('a', { ready: 60, node: 'A', cost: '-99999999999' }),
      pod('b', { ready: 60, node: 'A', cost: '-1' }),
    ];
    expect(order(pods)).toEqual(['b', 'a']);
  });

  it('are the same whether few or all of them are asked for', () => {
    const pods = Array.from({ length: 200 }, (_, i) =>
      pod(`p${(i * 37) % 200}`, { ready: ((i * 7919) % 50) * 100 + 1, node: `n${(i * 31) % 7}` }),
    );
    const context = { wallMs: NOW, crowdOn: (node: string) => Number(node.slice(1)) };
    const all = firstToDelete(pods, pods.length, context);
    for (const count of [1, 2, 3, 10, 63, 64, 65, 150, 199]) {
      expect(firstToDelete(pods, count, context)).toEqual(all.slice(0, count));
    }
  });
});
