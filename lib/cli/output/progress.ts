/** One line on stderr that says how far a run is: redrawn on a terminal, now and then elsewhere. */
import { formatInstant } from '../../report/instants';
import type { Output } from '../terminal';

const FIRST_MS = 500;
const REDRAW_MS = 100;
const REPEAT_MS = 5000;

export class Progress {
  private readonly started = Date.now();
  private shownAt: number | undefined;

  constructor(
    private readonly output: Output,
    private readonly quiet: boolean,
  ) {}

  show(virtualMs: number, events: number): void {
    const now = Date.now();
    if (this.quiet || now - this.started < FIRST_MS) return;
    const pause = this.output.isTTY ? REDRAW_MS : REPEAT_MS;
    if (this.shownAt !== undefined && now - this.shownAt < pause) return;
    this.shownAt = now;
    const seconds = ((now - this.started) / 1000).toFixed(1);
    const line = `running  ${formatInstant(virtualMs)} virtual · ${grouped(events)} events · ${seconds}s`;
    this.output.write(this.output.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }

  /** Takes the line away again. */
  clear(): void {
    if (this.shownAt !== undefined && this.output.isTTY) this.output.write('\r\u001b[K');
    this.shownAt = undefined;
  }
}

/** `84 210` */
export const grouped = (count: number): string =>
  String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
