/** `--speed 10x`: how many virtual seconds pass in a real one. */
import { usage } from '../cli-error';

/** As fast as the machine can; a number, since pauses must leave it finite. */
export const MAX_SPEED = 1_000_000;

export function speedArgument(text: string): number {
  if (text === 'max') return MAX_SPEED;
  const [, digits] = /^(\d+(?:\.\d+)?)x?$/.exec(text) ?? [];
  const speed = Number(digits);
  if (digits === undefined || speed <= 0) {
    throw usage(`--speed '${text}' is no speed; write 1x, 10x, 0.5x or max.`);
  }
  return Math.min(speed, MAX_SPEED);
}

export const formatSpeed = (speed: number): string => (speed >= MAX_SPEED ? 'max' : `${speed}x`);
