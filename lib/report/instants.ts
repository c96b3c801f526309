/** Virtual instants as people read them: `+6.4s`, `+2m40s`. */

/** One decimal below a minute, whole seconds above. */
export function formatInstant(ms: number): string {
  if (ms < 60_000) return `+${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return `+${h ? `${h}h` : ''}${h || m ? `${m}m` : ''}${s || !(h || m) ? `${s}s` : ''}`;
}

export const formatSpan = (ms: number): string => formatInstant(ms).slice(1);
