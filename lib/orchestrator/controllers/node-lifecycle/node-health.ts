/** What the node lifecycle controller knows of each node: when it last gave a sign of life. */
import type { Condition, Lease, Node } from '../../api/objects';
import { conditionOf } from '../../api/objects';
import { formatTime } from '../../api/timestamps';

// --node-monitor-grace-period: 50s since 1.32, 40s before.
const GRACE_MS = 50_000;
const STARTUP_GRACE_MS = 60_000;

export interface NodeHealth {
  /** When this controller last saw a new sign of life, in virtual ms. */
  probedAt: number;
  heartbeat: string | undefined;
  renewTime: string | undefined;
}

/** Notes new signs of life: a moved heartbeat of the Ready condition, or a renewed lease. */
export function observe(
  known: NodeHealth | undefined,
  node: Node,
  lease: Lease | undefined,
  now: number,
): NodeHealth {
  const heartbeat = conditionOf(node, 'Ready')?.lastHeartbeatTime;
  const renewTime = lease?.spec.renewTime;
  if (known === undefined) return { probedAt: now, heartbeat, renewTime };
  if (heartbeat !== known.heartbeat && conditionOf(node, 'Ready')?.status !== 'Unknown') {
    known.probedAt = now;
  }
  if (renewTime !== undefined && (known.renewTime === undefined || renewTime > known.renewTime)) {
    known.probedAt = now;
  }
  known.heartbeat = heartbeat;
  known.renewTime = renewTime;
  return known;
}

/**
 * A real monitor's passes come a little more than 5 s apart, so that the tenth after a sign of life
 * finds its 50 s over. Here they come exactly 5 s apart: that long is long enough.
 */
export function isSilent(health: NodeHealth, node: Node, now: number): boolean {
  const grace = conditionOf(node, 'Ready') === undefined ? STARTUP_GRACE_MS : GRACE_MS;
  return now >= health.probedAt + grace;
}

const WATCHED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The node's conditions with all that a silent kubelet reported turned to Unknown. */
export function unknownConditions(node: Node, wallMs: number): readonly Condition[] {
  const now = formatTime(wallMs);
  const conditions = node.status.conditions ?? [];
  const turned = conditions.map((condition) =>
    WATCHED.includes(condition.type) && condition.status !== 'Unknown'
      ? {
          ...condition,
          status: 'Unknown' as const,
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          lastTransitionTime: now,
        }
      : condition,
  );
  const missing = WATCHED.filter((type) => !conditions.some((c) => c.type === type)).map(
    (type): Condition => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata.creationTimestamp,
      lastTransitionTime: now,
    }),
  );
  return missing.length === 0 && turned.every((c, i) => c === conditions[i])
    ? conditions
    : [...turned, ...missing];
}
