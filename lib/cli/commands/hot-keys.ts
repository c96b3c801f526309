/** The keys of `serve`: stop the time, step it, make it faster. */
import type { Pace } from '../../server/pace';
import { formatInstant } from '../../report/instants';
import type { Cluster } from '../../testing/cluster';
import { formatSpeed, MAX_SPEED } from '../arguments/speed-argument';
import type { Output } from '../terminal';

export interface HotKeyContext {
  readonly cluster: Cluster;
  readonly pace: Pace;
  /** Virtual seconds a real second at the start. */
  readonly speed: number;
  readonly output: Output;
}

export class HotKeys {
  private speed: number;

  constructor(private readonly context: HotKeyContext) {
    this.speed = context.speed;
  }

  explain(): void {
    this.say('[space] pause  [.] next event  [+/-] speed  [?] help  [q] quit');
  }

  press(key: string): void {
    const { pace, cluster } = this.context;
    switch (key) {
      case ' ':
        if (pace.isPaused) pace.resume();
        else pace.pause();
        return this.say(pace.isPaused ? 'paused' : `running ${formatSpeed(this.speed)}`);
      case '.':
        pace.pause();
        cluster.core.clock.step();
        return this.say('paused, one event further');
      case '+':
        return this.setSpeed(Math.min(MAX_SPEED, this.speed * 2));
      case '-':
        return this.setSpeed(this.speed / 2);
      case '?':
        return this.explain();
    }
  }

  private setSpeed(speed: number): void {
    this.speed = speed;
    this.context.pace.setSpeed(speed);
    this.say(`speed ${formatSpeed(speed)}`);
  }

  private say(text: string): void {
    this.context.output.write(`${formatInstant(this.context.cluster.now)}  ${text}\n`);
  }
}
