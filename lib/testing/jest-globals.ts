/** The matchers for tests that import `expect` from '@jest/globals'. */
import { expect } from '@jest/globals';
import { matchers, type DrydockMatchers } from './matchers';

declare module 'expect' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type -- merges with jest's own
  interface Matchers<R extends void | Promise<void>, T = unknown> extends DrydockMatchers<R> {}
}

expect.extend(matchers as unknown as Parameters<typeof expect.extend>[0]);
