import type { Pod } from '../../../lib/orchestrator/api/objects';
import type { AnyPlugin } from '../../../lib/orchestrator/scheduler/framework/plugin';
import { EVENT } from '../../../lib/orchestrator/scheduler/queue/cluster-event';
import { SchedulingQueue } from '../../../lib/orchestrator/scheduler/queue/scheduling-queue';
import { Clock } from '../../../lib/orchestrator/sim';
import { podObject } from '../control-plane';

function pod(name: string, priority = 0): Pod {
  const object = podObject(name, { priority });
  return { ...object, metadata: { ...object.metadata, uid: name } } as unknown as Pod;
}

/** Waits for nodes; holds back a pod of the name `held` while told to. */
class Waiter implements AnyPlugin {
  readonly name = 'Waiter';
  readonly events = EVENT.nodeAdd;
  holds = false;
  wants = true;

  preEnqueue({ metadata }: Pod): boolean {
    return !this.holds || metadata.name !== 'held';
  }

  queueAgain(): boolean {
    return this.wants;
  }
}

class Rig {
  readonly clock = new Clock(0);
  readonly plugin = new Waiter();
  readonly queue = new SchedulingQueue(this.clock, 'test', [this.plugin], () => undefined);

  pop(): string | undefined {
    return this.queue.pop()?.pod.metadata.name;
  }

  /** Takes the next pod and turns it down, by the plugin or by an error. */
  turnDown(by: 'plugin' | 'error'): void {
    this.queue.fail(this.queue.pop()!, by === 'plugin' ? ['Waiter'] : []);
  }

  nodeComes(): void {
    this.queue.moveOn({ kind: EVENT.nodeAdd, object: undefined, previous: undefined });
  }
}

describe('The scheduling queue', () => {
  it('gives out pods by priority, then by age', () => {
    const { queue, clock } = new Rig();
    queue.add(pod('first'));
    clock.runUntil(5);
    queue.add(pod('second'));
    queue.add(pod('third'));
    queue.add(pod('urgent', 100));
    const order = [1, 2, 3, 4, 5].map(() => queue.pop()?.pod.metadata.name);
    expect(order).toEqual(['urgent', 'first', 'second', 'third', undefined]);
  });

  it('keeps a rejected pod until an event that the rejecting plugin waits for', () => {
    const rig = new Rig();
    rig.queue.add(pod('web'));
    rig.turnDown('plugin');
    rig.queue.moveOn({ kind: EVENT.volume, object: undefined, previous: undefined });
    expect(rig.queue.hasReady).toBe(false);
    rig.plugin.wants = false;
    rig.nodeComes();
    expect(rig.queue.hasReady).toBe(false);
    rig.plugin.wants = true;
    rig.nodeComes();
    expect(rig.pop()).toBe('web');
  });

  it('lets pods sit out their back-off only while there are others to place', () => {
    const rig = new Rig();
    rig.queue.add(pod('web', 10));
    rig.turnDown('plugin');
    rig.queue.add(pod('other'));
    rig.nodeComes();
    expect(rig.pop()).toBe('other');
    expect(rig.pop()).toBe('web');
  });

  it.each([
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [4, 8000],
    [5, 10_000],
    [6, 10_000],
  ])('holds a pod back after error %d for %d ms', (errors, backoff) => {
    const rig = new Rig();
    rig.queue.add(pod('web'));
    for (let i = 0; i < errors; i++) {
      rig.clock.runUntil(i * 20_000);
      rig.turnDown('error');
    }
    const failedAt = rig.clock.now;
    rig.clock.runUntil(failedAt + backoff - 1);
    expect(rig.queue.hasReady).toBe(false);
    rig.clock.runUntil(failedAt + backoff);
    expect(rig.pop()).toBe('web');
  });

  it('tries a pod again after five minutes without any event', () => {
    const rig = new Rig();
    rig.queue.add(pod('web'));
    rig.turnDown('plugin');
    rig.clock.runUntil(300_000);
    expect(rig.queue.hasReady).toBe(false);
    rig.clock.runUntil(330_000);
    expect(rig.pop()).toBe('web');
  });

  it('keeps a pod out while a plugin holds it back', () => {
    const rig = new Rig();
    rig.plugin.holds = true;
    rig.queue.add(pod('held'));
    expect(rig.queue.hasReady).toBe(false);
    rig.plugin.holds = false;
    rig.queue.reconsider('held');
    expect(rig.pop()).toBe('held');
  });

  it('forgets pods that are gone, wherever they wait', () => {
    const rig = new Rig();
    for (const name of ['active', 'waiting', 'error']) rig.queue.add(pod(name));
    rig.turnDown('plugin');
    rig.turnDown('error');
    for (const name of ['active', 'waiting', 'error']) rig.queue.delete(name);
    rig.nodeComes();
    rig.clock.runUntil(60_000);
    expect(rig.queue.hasReady).toBe(false);
    expect(rig.clock.pending).toBe(0);
  });

  it('orders a pod anew whose priority changes', () => {
    const { queue } = new Rig();
    queue.add(pod('first'));
    queue.add(pod('second'));
    queue.update(pod('second', 5), pod('second'), []);
    expect(queue.pop()?.pod.metadata.name).toBe('second');
  });
});
