/** `-o json` and `--seed 7`. */
import { nearest } from '../../testing/usage-error';
import { usage } from '../cli-error';

const FORMATS = ['text', 'json'] as const;
export type OutputFormat = (typeof FORMATS)[number];

export function outputArgument(text: string): OutputFormat {
  const format = FORMATS.find((each) => each === text);
  if (format !== undefined) return format;
  const near = nearest(text, FORMATS);
  throw usage(
    `-o ${text}: there are the formats ${FORMATS.join(' and ')}.` +
      (near === undefined ? '' : ` Did you mean '${near}'?`),
  );
}

/** Whole numbers are numbers, so that the seed is the one that tests use. */
export const seedArgument = (text: string): number | string =>
  /^-?\d{1,15}$/.test(text) ? Number(text) : text;
