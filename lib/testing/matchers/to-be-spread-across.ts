/** `expect(web).toBeSpreadAcross('zone', { maxSkew: 1 })`: where the pods are now. */
import type { Node } from '../../orchestrator/api/objects';
import { HOSTNAME_LABEL, isActive, ZONE_LABEL } from '../../orchestrator/api/objects';
import type { WorkloadHandle } from '../handles/workload-handle';
import { matcher, requireHandle } from './matcher';
import { evidenceOf, isWorkload } from './workloads';

/** How even the spread is to be. */
export interface SpreadProps {
  /** Largest difference of pods between two places. @default 1 */
  readonly maxSkew?: number;
  /** Places that do not count. @default none */
  readonly ignoring?: readonly string[];
}

const LABELS: Readonly<Record<string, string>> = { zone: ZONE_LABEL, node: HOSTNAME_LABEL };

export const toBeSpreadAcross = matcher(
  'toBeSpreadAcross',
  (received: WorkloadHandle, topology: 'zone' | 'node' | string, props: SpreadProps = {}) => {
    const handle = requireHandle(received, 'toBeSpreadAcross', 'a workload', isWorkload);
    const { maxSkew = 1, ignoring = [] } = props;
    const label = LABELS[topology] ?? topology;
    const places = new Map<string, string | undefined>();
    const counts = new Map<string, number>();
    for (const node of handle.cluster.list<Node>('nodes')) {
      const place = node.metadata.labels?.[label];
      places.set(node.metadata.name, place);
      if (place !== undefined && !ignoring.includes(place)) counts.set(place, 0);
    }
    let unplaced = 0;
    for (const pod of handle.podObjects().filter(isActive)) {
      const place = places.get(pod.spec.nodeName ?? '');
      if (place === undefined) unplaced++;
      else if (counts.has(place)) counts.set(place, counts.get(place)! + 1);
    }
    const numbers = [...counts.values()];
    const skew = numbers.length === 0 ? 0 : Math.max(...numbers) - Math.min(...numbers);
    const shown = [...counts]
      .filter(([, n]) => n > 0 || counts.size <= 9)
      .map(([p, n]) => `${p}: ${n}`);
    return {
      pass: skew <= maxSkew && unplaced === 0,
      expected: `pods over ${topology}s with a skew of at most ${maxSkew}`,
      received:
        `${shown.join(', ') || 'no pods'} (skew ${skew})` +
        (unplaced > 0 ? `, ${unplaced} not scheduled` : ''),
      evidence: evidenceOf(handle),
    };
  },
);
