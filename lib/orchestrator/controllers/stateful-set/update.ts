/**
 * One pass over the pods of a StatefulSet: creates what is missing, takes away what is too much,
 * replaces what is of an old revision, each in the order of ordinals.
 *
 * FIDELITY: spec.updateStrategy.rollingUpdate.maxUnavailable is ignored, as in a cluster with the
 * MaxUnavailableStatefulSet gate at its default (off): one pod at a time is updated.
 */
import type { Pod, StatefulSet } from '../../api/objects';
import { isTerminal } from '../../api/objects';
import { slowStartBatch } from '../framework/slow-start';
import {
  countMissingClaims,
  createPod,
  deletePod,
  hasStaleClaims,
  repairPod,
  supplyClaims,
} from './pod-control';
import type { StatefulSetContext } from './stateful-set-context';
import {
  isRunningAndAvailable,
  isRunningAndReady,
  isTerminating,
  isUnavailable,
  type Replicas,
  type Slot,
} from './replicas';
import { applyRetention, matchesRetention } from './retention';

export interface UpdatePass {
  readonly context: StatefulSetContext;
  readonly set: StatefulSet;
  readonly replicas: Replicas;
  /** The name of the update revision. */
  readonly updateRevision: string;
}

/** What the pass did, as far as its status must know. */
export interface UpdateOutcome {
  /** A pod of the current revision was deleted to be updated. */
  readonly replaced: boolean;
  readonly error: Error | undefined;
}

const NOTHING: UpdateOutcome = { replaced: false, error: undefined };

export function updatePods(pass: UpdatePass): UpdateOutcome {
  const { set, replicas } = pass;
  const { slots, condemned } = replicas;
  const waiting = firstUnavailable(pass);
  const stages: readonly (() => Progress)[] = [
    () => forEach(pass, bySteps(pass, slots), (slot) => processSlot(pass, slot)),
    () =>
      forEach(pass, condemned, ({ ordinal, pod }) => {
        if (!matchesRetention(pass.context, set, ordinal, pod)) {
          applyRetention(pass.context, set, ordinal, pod);
        }
        return false;
      }),
    () =>
      forEach(pass, inTheirOrder(set, condemned), ({ pod }) =>
        processCondemned(pass, pod, waiting),
      ),
  ];
  for (const stage of stages) {
    const { stop, error } = stage();
    if (stop) return { replaced: false, error };
  }
  if (set.spec.updateStrategy.type === 'OnDelete') return NOTHING;
  return replaceOutdated(pass);
}

interface Progress {
  readonly stop: boolean;
  readonly error: Error | undefined;
}

const isOrdered = (set: StatefulSet): boolean => set.spec.podManagementPolicy !== 'Parallel';

/**
 * Descending by ordinal; without an order of its own, a set's deletions of one batch run at once,
 * and of those the one that was started last comes first.
 */
function inTheirOrder<T>(set: StatefulSet, condemned: readonly T[]): readonly T[] {
  return isOrdered(set) ? condemned : inBatches(condemned, (batch) => batch.reverse());
}

/**
 * Ascending by ordinal; without an order of its own, a set's creations of one batch run at once,
 * and pods come the later the more claims have to be created before them.
 */
function bySteps({ context, set }: UpdatePass, slots: readonly Slot[]): readonly Slot[] {
  if (isOrdered(set) || set.spec.volumeClaimTemplates === undefined) return slots;
  const steps = new Map(
    slots.map((slot) => [
      slot,
      slot.pod === undefined ? countMissingClaims(context, set, slot.ordinal) : 0,
    ]),
  );
  return inBatches(slots, (batch) => batch.sort((a, b) => steps.get(a)! - steps.get(b)!));
}

/** Batches as slow start makes them, each put in another order. */
function inBatches<T>(items: readonly T[], order: (batch: T[]) => T[]): readonly T[] {
  const ordered: T[] = [];
  for (let batch = 1; ordered.length < items.length; batch *= 2) {
    ordered.push(...order(items.slice(ordered.length, ordered.length + batch)));
  }
  return ordered;
}

/** One by one until one says stop, or in growing batches that only an error stops. */
function forEach<T>(pass: UpdatePass, items: readonly T[], visit: (item: T) => boolean): Progress {
  if (isOrdered(pass.set)) {
    for (const item of items) if (visit(item)) return { stop: true, error: undefined };
    return { stop: false, error: undefined };
  }
  const { error } = slowStartBatch(items.length, (index) => void visit(items[index]!));
  return { stop: error !== undefined, error };
}

/** @returns whether nothing after this slot may be done now, if pods are ordered. */
function processSlot(pass: UpdatePass, slot: Slot): boolean {
  const { context, set } = pass;
  const { ordinal, pod } = slot;
  if (pod === undefined) {
    if (hasStaleClaims(context, set, ordinal)) return true;
    createPod(context, set, ordinal, slot.draft());
    return true;
  }
  if (isTerminal(pod)) {
    // Its successor has the same name and has to wait until it is gone.
    if (!isTerminating(pod)) deletePod(context, set, pod);
    return true;
  }
  if (pod.status.phase === 'Pending') supplyClaims(context, set, ordinal, pod);
  if (isOrdered(set)) {
    if (isTerminating(pod) || !isRunningAndReady(pod)) return true;
    if (isUnavailableNow(pass, pod)) return true;
  }
  repairPod(context, set, ordinal, pod);
  return false;
}

function processCondemned(pass: UpdatePass, pod: Pod, waiting: Pod | undefined): boolean {
  const { context, set } = pass;
  if (isTerminating(pod)) return true;
  const { wallMs } = context.client.clock;
  const available = isRunningAndAvailable(pod, set.spec.minReadySeconds ?? 0, wallMs);
  // Lower pods have to be well before a higher one goes, unless it is the one that is not.
  if (isOrdered(set) && !available && pod !== waiting) return true;
  deletePod(context, set, pod);
  return true;
}

/** The unavailable pod that is first by ordinal, those in range before those beyond it. */
function firstUnavailable(pass: UpdatePass): Pod | undefined {
  for (const { pod } of pass.replicas.slots) {
    if (isUnavailableNow(pass, pod)) return pod;
  }
  for (const { pod } of [...pass.replicas.condemned].reverse()) {
    if (isUnavailableNow(pass, pod)) return pod;
  }
  return undefined;
}

function isUnavailableNow(pass: UpdatePass, pod: Pod | undefined): boolean {
  const { wallMs } = pass.context.client.clock;
  return isUnavailable(pod, pass.set.spec.minReadySeconds ?? 0, wallMs);
}

/** Deletes the highest pod of an old revision, once all above it are updated and available. */
function replaceOutdated(pass: UpdatePass): UpdateOutcome {
  const { set, replicas, updateRevision, context } = pass;
  const lowest = set.spec.updateStrategy.rollingUpdate?.partition ?? 0;
  for (let index = replicas.slots.length - 1; index >= lowest; index--) {
    const { pod, revision } = replicas.slots[index]!;
    if (pod !== undefined && revision !== updateRevision && !isTerminating(pod)) {
      deletePod(context, set, pod);
      return { replaced: true, error: undefined };
    }
    if (isUnavailableNow(pass, pod)) return NOTHING;
  }
  return NOTHING;
}
