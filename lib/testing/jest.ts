/** For `setupFilesAfterEnv`: adds the matchers to jest's global `expect`. */
import { matchers, type DrydockMatchers } from './matchers';

declare global {
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type -- merges with jest's own
    interface Matchers<R, T = {}> extends DrydockMatchers<R> {}
  }
}

(globalThis as unknown as { expect: { extend(matchers: object): void } }).expect.extend(matchers);
