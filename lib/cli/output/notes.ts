/** What is going on, for people who watch: rows on stderr that never mix with results. */
import { formatSpan } from '../../report/instants';
import type { Output } from '../terminal';
import { grouped } from './progress';

export class Notes {
  private wrote = false;

  constructor(
    private readonly output: Output,
    readonly silent: boolean,
  ) {}

  /** `  apply   9 created` */
  row(what: string, text: string, sinceRealMs?: number): void {
    if (this.silent) return;
    this.wrote = true;
    const took =
      sinceRealMs === undefined ? '' : `   ${((Date.now() - sinceRealMs) / 1000).toFixed(1)}s`;
    this.output.write(`  ${what.padEnd(7)} ${text}${took}\n`);
  }

  applied(applied: Readonly<Record<string, number>>, assumed: readonly string[]): void {
    const parts = Object.entries(applied).filter(([, n]) => n > 0);
    this.row('apply', parts.map(([result, n]) => `${grouped(n)} ${result}`).join(', '));
    if (assumed.length === 0) return;
    const shown = assumed.slice(0, 4).join(', ');
    const more = assumed.length > 4 ? ` and ${assumed.length - 4} more` : '';
    this.row('assume', `${shown}${more}: not in the manifests, taken to be there`);
  }

  next(command: string): void {
    if (!this.silent) this.output.write(`\nNext  ${command}\n`);
  }

  /** Sets the rows off from what follows. */
  end(): void {
    if (this.wrote && !this.silent) this.output.write('\n');
  }
}

export const formatSeconds = (virtualMs: number): string => formatSpan(virtualMs);
