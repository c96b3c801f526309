/**
 * What a matcher is: looks (and, with `within`, lets time pass), and says what it expected, what
 * it found, and about what. The failure message is made from that in one place, so that all read
 * alike.
 */
import { Handle } from '../handles/handle';
import { TrafficHandle } from '../traffic';
import { UsageError } from '../usage-error';
import { failureMessage } from './failure-message';
import type { Verdict } from './verdict';

/** What jest gives its matchers; only what is used. */
export interface MatcherState {
  readonly isNot?: boolean;
  readonly utils?: { readonly EXPECTED_COLOR?: (text: string) => string };
}

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Turns a look into a matcher as `expect.extend` takes it. */
export function matcher<R, A extends unknown[]>(
  name: string,
  look: (received: R, ...args: A) => Verdict,
  options: {
    readonly drivesTime?: (...args: NoInfer<A>) => boolean;
    readonly insteadOfNot?: string;
  } = {},
): (this: MatcherState | void, received: R, ...args: A) => MatcherResult {
  return function run(this: MatcherState | void, received: R, ...args: A): MatcherResult {
    const isNot = (this as MatcherState | undefined)?.isNot === true;
    if (isNot && options.drivesTime?.(...args) === true) {
      throw new UsageError(
        `expect(…).not.${name}(…) with 'within' cannot tell "not yet" from "never"; ` +
          `use ${options.insteadOfNot ?? 'advance() and then .not without within'}.`,
      );
    }
    const verdict = look(received, ...args);
    return {
      pass: verdict.pass,
      message: () => failureMessage({ name, received: describe(received), args, isNot, verdict }),
    };
  };
}

function describe(received: unknown): string {
  if (received instanceof Handle || received instanceof TrafficHandle) return received.toString();
  if (typeof received === 'object' && received !== null) {
    const own = (received as { constructor?: { name?: string } }).constructor?.name ?? 'object';
    return own === 'Cluster' ? 'cluster' : own.toLowerCase();
  }
  return JSON.stringify(received);
}

/** @throws UsageError if something else was given to expect() */
export function requireHandle<T extends Handle>(
  received: unknown,
  name: string,
  what: string,
  is: (handle: Handle) => handle is T,
): T {
  if (received instanceof Handle && is(received)) return received;
  throw new UsageError(`expect(…).${name}() takes ${what}, such as cluster.deployment('web').`);
}
